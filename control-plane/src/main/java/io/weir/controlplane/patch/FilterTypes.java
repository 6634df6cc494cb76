package io.weir.controlplane.patch;

import com.github.udpa.udpa.type.v1.TypedStruct;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weir.xds.ResourceType;

/** What a filter is by its configuration's type, whatever its name. */
final class FilterTypes {

  static final String CONNECTION_MANAGER =
      ResourceType.TYPE_URL_PREFIX
          + "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
  static final String CONNECTION_MANAGER_NAME = "envoy.filters.network.http_connection_manager";
  static final String ROUTER =
      ResourceType.TYPE_URL_PREFIX + "envoy.extensions.filters.http.router.v3.Router";

  private FilterTypes() {}

  /** The type URL of a configuration, that of the content when it is a TypedStruct. */
  static String typeUrl(Any config) {
    if (AnyMerge.isTypedStruct(config)) {
      try {
        // Both TypedStructs have the same fields.
        return TypedStruct.parseFrom(config.getValue()).getTypeUrl();
      } catch (InvalidProtocolBufferException e) {
        return config.getTypeUrl();
      }
    }
    return config.getTypeUrl();
  }
}
