package io.weir.lua.api;

import io.weir.filter.DynamicMetadata;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import org.jspecify.annotations.Nullable;

/** {@code handle:connectionStreamInfo()}: metadata of the connection, to read only. */
final class ConnectionStreamInfo extends ApiObject {
  private final DynamicMetadata metadata;
  private @Nullable DynamicMetadataMap map;

  ConnectionStreamInfo(LuaTable metatable, HandleHost host) {
    super(metatable, host);
    this.metadata = host.callbacks().streamInfo().connection().dynamicMetadata();
  }

  static ApiType<ConnectionStreamInfo> type(LuaState state) {
    return new ApiType<>(state, ConnectionStreamInfo.class)
        .getter("dynamicMetadata", ConnectionStreamInfo::dynamicMetadata)
        .method("dynamicTypedMetadata", ConnectionStreamInfo::dynamicTypedMetadata);
  }

  private Object dynamicMetadata() {
    if (map == null) {
      map =
          new DynamicMetadataMap(host().objects().connectionMetadata.metatable(), host(), metadata);
    }
    return map;
  }

  private @Nullable Object dynamicTypedMetadata(Arguments a) {
    return TypedMetadata.toLua(metadata.typed(a.string(2).text()));
  }
}
