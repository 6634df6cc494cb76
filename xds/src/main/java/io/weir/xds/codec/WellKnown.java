package io.weir.xds.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Encodes the messages of google.protobuf that have a JSON form of their own. */
@FunctionalInterface
interface WellKnown {

  /**
   * The message's wire form, without tag and length.
   *
   * @throws WrongValue when the node cannot be such a message
   */
  ByteString encode(SourceNode node);

  /** What encodes this type, or null for a type without a JSON form of its own. */
  static @Nullable WellKnown of(Descriptor type) {
    String name = type.getFullName();
    if (!name.startsWith("google.protobuf.")) {
      return null;
    }
    return switch (name.substring("google.protobuf.".length())) {
      case "Duration" -> WellKnown::duration;
      case "Timestamp" -> WellKnown::timestamp;
      case "FieldMask" -> WellKnown::fieldMask;
      case "Struct" -> node -> StructEncoding.struct(node, "");
      case "Value" -> node -> StructEncoding.value(node, "");
      case "ListValue" -> node -> StructEncoding.listValue(node, "");
      case "DoubleValue",
          "FloatValue",
          "Int64Value",
          "UInt64Value",
          "Int32Value",
          "UInt32Value",
          "BoolValue",
          "StringValue",
          "BytesValue" ->
          node -> wrapper(type.findFieldByNumber(1), node);
      default -> null;
    };
  }

  private static ByteString wrapper(FieldDescriptor field, SourceNode node) {
    ByteString payload = ScalarEncoding.encode(field, node);
    for (int i = 0; i < payload.size(); i++) {
      if (payload.byteAt(i) != 0) {
        int tag = MessageEncoder.tag(field.getNumber(), field.getLiteType().getWireType());
        return MessageEncoder.encode(out -> out.writeUInt32NoTag(tag)).concat(payload);
      }
    }
    return ByteString.EMPTY;
  }

  private static ByteString duration(SourceNode node) {
    String hint = "write seconds, \"1.5s\"";
    String text = text(node, "a duration such as \"1.5s\"", hint);
    if (!text.endsWith("s") || text.length() < 2 || "+-.0123456789".indexOf(text.charAt(0)) < 0) {
      throw new WrongValue(node.describe() + " is no duration", inSeconds(text, hint));
    }
    try {
      BigDecimal seconds = new BigDecimal(text.substring(0, text.length() - 1));
      BigDecimal limit = BigDecimal.valueOf(315_576_000_000L);
      if (seconds.abs().compareTo(limit) > 0 || seconds.stripTrailingZeros().scale() > 9) {
        throw new WrongValue(node.describe() + " is out of range", "at most 9 decimals");
      }
      BigInteger nanos = seconds.movePointRight(9).toBigIntegerExact();
      BigInteger[] parts = nanos.divideAndRemainder(BigInteger.valueOf(1_000_000_000));
      return secondsAndNanos(parts[0].longValue(), parts[1].intValue());
    } catch (NumberFormatException e) {
      throw new WrongValue(node.describe() + " is no duration", inSeconds(text, hint));
    }
  }

  /** Go's durations (100ms, 2m, 1h) are what people write by habit. */
  private static String inSeconds(String text, String otherwise) {
    int digits = 0;
    while (digits < text.length() && "0123456789.".indexOf(text.charAt(digits)) >= 0) {
      digits++;
    }
    BigDecimal factor =
        switch (text.substring(digits)) {
          case "ms" -> new BigDecimal("0.001");
          case "us" -> new BigDecimal("0.000001");
          case "m" -> BigDecimal.valueOf(60);
          case "h" -> BigDecimal.valueOf(3600);
          case "", "sec", "seconds" -> BigDecimal.ONE;
          default -> BigDecimal.ZERO;
        };
    if (factor.signum() == 0 || digits == 0 || digits > 20) {
      return otherwise;
    }
    try {
      BigDecimal seconds = new BigDecimal(text.substring(0, digits)).multiply(factor);
      return "write \"" + seconds.stripTrailingZeros().toPlainString() + "s\"";
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private static ByteString timestamp(SourceNode node) {
    String hint = "write it like \"2026-01-31T12:00:00Z\"";
    String text = text(node, "a time such as \"2026-01-31T12:00:00Z\"", hint);
    try {
      OffsetDateTime time = OffsetDateTime.parse(text.toUpperCase(Locale.ROOT));
      return secondsAndNanos(time.toEpochSecond(), time.getNano());
    } catch (DateTimeException e) {
      throw new WrongValue(node.describe() + " is no time", hint);
    }
  }

  private static ByteString secondsAndNanos(long seconds, int nanos) {
    return MessageEncoder.encode(
        out -> {
          if (seconds != 0) {
            out.writeInt64(1, seconds);
          }
          if (nanos != 0) {
            out.writeInt32(2, nanos);
          }
        });
  }

  private static ByteString fieldMask(SourceNode node) {
    String text = text(node, "field names joined by commas", "");
    return MessageEncoder.encode(
        out -> {
          for (String path : text.split(",")) {
            if (!path.isBlank()) {
              out.writeString(1, snake(path.strip()));
            }
          }
        });
  }

  private static String snake(String camel) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < camel.length(); i++) {
      char c = camel.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        out.append('_').append((char) (c + 32));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static String text(SourceNode node, String wanted, String hint) {
    if (node instanceof SourceScalar scalar
        && !scalar.isNull()
        && scalar.kind() != SourceScalar.Kind.BOOLEAN) {
      if (scalar.isString()) {
        return scalar.text();
      }
      throw new WrongValue(
          wanted + " is wanted, not " + node.describe(), inSeconds(scalar.text(), hint));
    }
    throw new WrongValue(wanted + " is wanted, not " + node.describe(), hint);
  }

  /** Entries in the order of their keys, so that equal maps give equal bytes. */
  static List<SourceMap.Entry> sorted(SourceMap map) {
    List<SourceMap.Entry> sorted = new ArrayList<>(map.entries());
    sorted.sort(Comparator.comparing(SourceMap.Entry::key));
    return sorted;
  }
}
