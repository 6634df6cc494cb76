package io.weir.proxy.extension;

import com.github.xds.type.v3.TypedStruct;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;

/** Configurations that travel as a {@code Struct} with the name of their real type. */
final class TypedStructs {
  private TypedStructs() {}

  /** The type named inside, empty when the bytes are broken. */
  static String innerType(Any config) {
    try {
      // The udpa message has the same fields under another name.
      String url = TypedStruct.parseFrom(config.getValue()).getTypeUrl();
      return url.substring(url.lastIndexOf('/') + 1);
    } catch (InvalidProtocolBufferException e) {
      return "";
    }
  }
}
