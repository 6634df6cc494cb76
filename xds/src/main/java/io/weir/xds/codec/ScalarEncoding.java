package io.weir.xds.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.weir.xds.Nearest;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** The wire form, without the tag, of scalars by proto3's JSON rules. */
final class ScalarEncoding {

  private static final BigInteger UINT64_LIMIT = BigInteger.ONE.shiftLeft(64);

  private ScalarEncoding() {}

  static ByteString encode(FieldDescriptor field, SourceNode node) {
    if (!(node instanceof SourceScalar scalar)) {
      throw new WrongValue(wanted(field) + " is wanted, not " + node.describe(), "");
    }
    return switch (field.getType()) {
      case BOOL -> {
        boolean value = bool(scalar);
        yield MessageEncoder.encode(out -> out.writeBoolNoTag(value));
      }
      case STRING -> {
        String value = string(scalar);
        yield MessageEncoder.encode(out -> out.writeStringNoTag(value));
      }
      case BYTES -> {
        byte[] value = bytes(scalar);
        yield MessageEncoder.encode(out -> out.writeByteArrayNoTag(value));
      }
      case ENUM -> {
        int value = enumNumber(field.getEnumType(), scalar);
        yield MessageEncoder.encode(out -> out.writeEnumNoTag(value));
      }
      case INT32 -> {
        int value = (int) whole(scalar, Integer.MIN_VALUE, Integer.MAX_VALUE);
        yield MessageEncoder.encode(out -> out.writeInt32NoTag(value));
      }
      case SINT32 -> {
        int value = (int) whole(scalar, Integer.MIN_VALUE, Integer.MAX_VALUE);
        yield MessageEncoder.encode(out -> out.writeSInt32NoTag(value));
      }
      case SFIXED32 -> {
        int value = (int) whole(scalar, Integer.MIN_VALUE, Integer.MAX_VALUE);
        yield MessageEncoder.encode(out -> out.writeSFixed32NoTag(value));
      }
      case UINT32 -> {
        int value = (int) whole(scalar, 0, 0xFFFFFFFFL);
        yield MessageEncoder.encode(out -> out.writeUInt32NoTag(value));
      }
      case FIXED32 -> {
        int value = (int) whole(scalar, 0, 0xFFFFFFFFL);
        yield MessageEncoder.encode(out -> out.writeFixed32NoTag(value));
      }
      case INT64 -> {
        long value = whole(scalar, Long.MIN_VALUE, Long.MAX_VALUE);
        yield MessageEncoder.encode(out -> out.writeInt64NoTag(value));
      }
      case SINT64 -> {
        long value = whole(scalar, Long.MIN_VALUE, Long.MAX_VALUE);
        yield MessageEncoder.encode(out -> out.writeSInt64NoTag(value));
      }
      case SFIXED64 -> {
        long value = whole(scalar, Long.MIN_VALUE, Long.MAX_VALUE);
        yield MessageEncoder.encode(out -> out.writeSFixed64NoTag(value));
      }
      case UINT64 -> {
        long value = unsigned64(scalar);
        yield MessageEncoder.encode(out -> out.writeUInt64NoTag(value));
      }
      case FIXED64 -> {
        long value = unsigned64(scalar);
        yield MessageEncoder.encode(out -> out.writeFixed64NoTag(value));
      }
      case FLOAT -> {
        float value = floating(scalar);
        yield MessageEncoder.encode(out -> out.writeFloatNoTag(value));
      }
      case DOUBLE -> {
        double value = real(scalar);
        yield MessageEncoder.encode(out -> out.writeDoubleNoTag(value));
      }
      case MESSAGE, GROUP -> throw new IllegalStateException(field + " is no scalar");
    };
  }

  private static String wanted(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case BOOLEAN -> "true or false";
      case STRING -> "a string";
      case BYTE_STRING -> "a base64 string";
      case ENUM -> "one of " + names(field.getEnumType());
      case INT, LONG -> "a whole number";
      case FLOAT, DOUBLE -> "a number";
      case MESSAGE -> "a map";
    };
  }

  static boolean bool(SourceScalar scalar) {
    if (scalar.kind() != SourceScalar.Kind.BOOLEAN) {
      boolean quoted =
          scalar.isString()
              && (scalar.text().equalsIgnoreCase("true")
                  || scalar.text().equalsIgnoreCase("false"));
      throw new WrongValue(
          "true or false is wanted, not " + scalar.describe(), quoted ? "remove the quotes" : "");
    }
    return scalar.text().toLowerCase(Locale.ROOT).equals("true");
  }

  static String string(SourceScalar scalar) {
    if (!scalar.isString()) {
      throw new WrongValue(
          "a string is wanted, not " + scalar.describe(), "quote it: \"" + scalar.text() + "\"");
    }
    for (int i = 0; i < scalar.text().length(); i++) {
      if (Character.isSurrogate(scalar.text().charAt(i))) {
        int point = scalar.text().codePointAt(i);
        if (point < Character.MIN_SUPPLEMENTARY_CODE_POINT) {
          throw new WrongValue("half a character (an unpaired surrogate) in a string", "");
        }
        i++;
      }
    }
    return scalar.text();
  }

  static byte[] bytes(SourceScalar scalar) {
    if (!scalar.isString()) {
      throw new WrongValue("a base64 string is wanted, not " + scalar.describe(), "quote it");
    }
    String text = scalar.text().replaceAll("\\s", "").replace('-', '+').replace('_', '/');
    while (text.endsWith("=")) {
      text = text.substring(0, text.length() - 1);
    }
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new WrongValue(
          scalar.describe() + " is not base64", "text goes into inline_string or the like");
    }
  }

  private static int enumNumber(EnumDescriptor type, SourceScalar scalar) {
    if (scalar.kind() == SourceScalar.Kind.INTEGER) {
      return (int) whole(scalar, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (scalar.isNull() && type.getFullName().equals("google.protobuf.NullValue")) {
      return 0;
    }
    EnumValueDescriptor value = type.findValueByName(scalar.text());
    if (value != null) {
      return value.getNumber();
    }
    Integer newer = NewerFields.enumNumber(type, scalar.text());
    if (newer != null) {
      return newer;
    }
    List<String> names = new ArrayList<>();
    type.getValues().forEach(v -> names.add(v.getName()));
    throw new WrongValue(
        scalar.describe() + " is none of " + names(type), Nearest.hint(scalar.text(), names));
  }

  private static String names(EnumDescriptor type) {
    List<String> names = new ArrayList<>();
    type.getValues().forEach(value -> names.add(value.getName()));
    return String.join(", ", names);
  }

  static long whole(SourceScalar scalar, long min, long max) {
    BigInteger value = wholeNumber(scalar);
    if (value.compareTo(BigInteger.valueOf(min)) < 0
        || value.compareTo(BigInteger.valueOf(max)) > 0) {
      throw new WrongValue(value + " is not within " + min + ".." + max, "");
    }
    return value.longValue();
  }

  static long unsigned64(SourceScalar scalar) {
    BigInteger value = wholeNumber(scalar);
    if (value.signum() < 0 || value.compareTo(UINT64_LIMIT) >= 0) {
      throw new WrongValue(
          value + " is not within 0.." + UINT64_LIMIT.subtract(BigInteger.ONE), "");
    }
    return value.longValue();
  }

  /** A whole number, also in quotes or as 1e3 or 2.0, which proto3's JSON form allows. */
  private static BigInteger wholeNumber(SourceScalar scalar) {
    if (scalar.kind() == SourceScalar.Kind.BOOLEAN || scalar.isNull()) {
      throw new WrongValue("a whole number is wanted, not " + scalar.describe(), "");
    }
    String text = scalar.text().startsWith("+") ? scalar.text().substring(1) : scalar.text();
    try {
      if (text.startsWith("0x")) {
        return new BigInteger(text.substring(2), 16);
      }
      if (text.startsWith("0o")) {
        return new BigInteger(text.substring(2), 8);
      }
      BigDecimal value = new BigDecimal(text);
      if (Math.abs((long) value.scale()) > 400) {
        throw new WrongValue(scalar.describe() + " is out of range", "");
      }
      return value.toBigIntegerExact();
    } catch (NumberFormatException e) {
      throw new WrongValue("a whole number is wanted, not " + scalar.describe(), "");
    } catch (ArithmeticException e) {
      throw new WrongValue(
          "a whole number is wanted, not " + scalar.describe(), "no fraction here");
    }
  }

  static float floating(SourceScalar scalar) {
    double value = real(scalar);
    float narrow = (float) value;
    if (Float.isInfinite(narrow) && !Double.isInfinite(value)) {
      throw new WrongValue(scalar.describe() + " is too large for a 32-bit float", "");
    }
    return narrow;
  }

  static double real(SourceScalar scalar) {
    if (scalar.kind() == SourceScalar.Kind.BOOLEAN || scalar.isNull()) {
      throw new WrongValue("a number is wanted, not " + scalar.describe(), "");
    }
    switch (scalar.text()) {
      case "NaN", ".nan", ".NaN", ".NAN" -> {
        return Double.NaN;
      }
      case "Infinity", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" -> {
        return Double.POSITIVE_INFINITY;
      }
      case "-Infinity", "-.inf", "-.Inf", "-.INF" -> {
        return Double.NEGATIVE_INFINITY;
      }
      default -> {
        return finite(scalar);
      }
    }
  }

  private static double finite(SourceScalar scalar) {
    String text = scalar.text();
    try {
      if (text.startsWith("0x") || text.startsWith("0o")) {
        return wholeNumber(scalar).doubleValue();
      }
      double value = new BigDecimal(text).doubleValue();
      if (Double.isInfinite(value)) {
        throw new WrongValue(scalar.describe() + " is too large for a 64-bit float", "");
      }
      return value;
    } catch (NumberFormatException e) {
      throw new WrongValue("a number is wanted, not " + scalar.describe(), "");
    }
  }
}
