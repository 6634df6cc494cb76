package io.weir.xds.codec;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Carries the JSON of an {@code Any} whose type nobody here knows as the bytes of that {@code Any},
 * so that dumps of other systems survive being read and printed. Such an {@code Any} must never
 * leave the process on the wire.
 */
public final class OpaqueAny {

  private static final ByteString MARK = ByteString.copyFromUtf8("\0json of an unknown type\0");

  private OpaqueAny() {}

  static ByteString pack(SourceMap fields) {
    return MARK.concat(ByteString.copyFromUtf8(JsonText.compact(fields)));
  }

  /** Whether the value of an {@code Any} is carried JSON and not the wire form of a message. */
  public static boolean isOpaque(ByteString value) {
    return value.startsWith(MARK);
  }

  static @Nullable SourceMap unpack(ByteString value) {
    if (!isOpaque(value)) {
      return null;
    }
    String json = value.substring(MARK.size()).toStringUtf8();
    return JsonReader.read(json, new io.weir.xds.ProblemList()) instanceof SourceMap map
        ? map
        : null;
  }
}
