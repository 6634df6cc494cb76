package io.weir.proxy.filter.headertometadata;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weir.filter.Value;
import io.weir.proxy.extension.ProtoValues;
import io.weir.proxy.matcher.RegexSubstitution;
import io.weir.proxy.matcher.StrictBase64;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A key of the dynamic metadata and how its value is made.
 *
 * @param value the value to set whatever the header says; empty for the header's own
 * @param base64 whether the text is decoded first
 */
record MetadataTarget(
    String namespace,
    String key,
    String value,
    @Nullable RegexSubstitution rewrite,
    Kind kind,
    boolean base64) {

  /** The type of the value. */
  enum Kind {
    STRING,
    NUMBER,
    /** A serialised {@code google.protobuf.Value}, so that a message is read per request. */
    PROTOBUF_VALUE
  }

  /** Values that are not taken are at least as long. */
  static final int TOO_LONG = 8 * 1024;

  /** The text before it is decoded. */
  String text(String found) {
    if (rewrite != null) {
      return rewrite.apply(found);
    }
    return value.isEmpty() ? found : value;
  }

  /** The bytes of a text, decoded; null when they are not base64. */
  byte @Nullable [] decode(String text) {
    return base64 ? StrictBase64.decode(text) : text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The value of decoded bytes, or null when they do not fit the type. */
  @Nullable Value value(byte[] bytes) {
    return switch (kind) {
      case STRING -> Value.of(text(bytes));
      case NUMBER -> {
        double number = NumberText.parse(new String(bytes, StandardCharsets.ISO_8859_1));
        yield Double.isNaN(number) ? null : Value.of(number);
      }
      case PROTOBUF_VALUE -> message(bytes);
    };
  }

  /** UTF-8, or Latin-1 where it is not. */
  private static String text(byte[] bytes) {
    String utf8 = new String(bytes, StandardCharsets.UTF_8);
    return utf8.indexOf('\ufffd') < 0 ? utf8 : new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static @Nullable Value message(byte[] bytes) {
    try {
      return ProtoValues.of(com.google.protobuf.Value.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }
}
