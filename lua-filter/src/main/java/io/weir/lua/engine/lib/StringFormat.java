package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaInt64;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.NumberText;
import io.weir.lua.engine.Texts;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** {@code string.format}. */
final class StringFormat {
  private final Arguments arguments;
  private final byte[] format;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int at;
  private int next = 2;

  // The conversion being read.
  private boolean left;
  private boolean plus;
  private boolean space;
  private boolean alternative;
  private boolean zero;
  private int width;
  private int precision;

  private StringFormat(Arguments arguments) {
    this.arguments = arguments;
    this.format = arguments.string(1).bytes();
  }

  static LuaString format(Arguments arguments) {
    return new StringFormat(arguments).run();
  }

  private LuaString run() {
    while (at < format.length) {
      byte b = format[at];
      if (b != '%') {
        out.write(b);
        at++;
      } else if (at + 1 < format.length && format[at + 1] == '%') {
        out.write('%');
        at += 2;
      } else {
        conversion();
      }
      if (out.size() > 1 << 16) {
        arguments.state().checkLength(out.size());
      }
    }
    return LuaString.own(out.toByteArray());
  }

  private void conversion() {
    int start = at++;
    flags();
    width = digits();
    precision = -1;
    if (peek() == '.') {
      at++;
      precision = digits();
    }
    int letter = peek();
    if (letter > 0) {
      at++;
    }
    switch (letter) {
      case 'd', 'i' -> integer(argument());
      case 'u' -> unsigned(Long.toUnsignedString(argument()), "");
      case 'x' -> hexadecimal(argument(), false);
      case 'X' -> hexadecimal(argument(), true);
      case 'o' -> {
        String digits = Long.toOctalString(argument());
        unsigned(alternative && digits.charAt(0) != '0' ? "0" + digits : digits, "");
      }
      case 'c' -> pad(new byte[] {(byte) argument()});
      case 'e', 'E', 'f', 'F', 'g', 'G', 'a', 'A' -> real(letter, number());
      case 'q' -> quoted(Texts.toString(arguments.state(), arguments.any(next++)));
      case 's' -> string(Texts.toString(arguments.state(), arguments.any(next++)));
      case 'p' -> {
        Object value = arguments.any(next++);
        String text = Texts.plain(value).text();
        int colon = text.indexOf("0x");
        pad(LuaString.of(colon < 0 ? "NULL" : text.substring(colon)).bytes());
      }
      default -> throw invalid(start);
    }
  }

  private RuntimeException invalid(int start) {
    String option =
        new String(format, start, Math.min(at, format.length) - start, StandardCharsets.ISO_8859_1);
    return arguments.state().error("invalid option '" + option + "' to 'format'");
  }

  private int peek() {
    return at < format.length ? format[at] : -1;
  }

  private void flags() {
    left = false;
    plus = false;
    space = false;
    alternative = false;
    zero = false;
    while (true) {
      switch (peek()) {
        case '-' -> left = true;
        case '+' -> plus = true;
        case ' ' -> space = true;
        case '#' -> alternative = true;
        case '0' -> zero = true;
        default -> {
          return;
        }
      }
      at++;
    }
  }

  /** Up to two digits. */
  private int digits() {
    int value = 0;
    for (int i = 0; i < 2 && peek() >= '0' && peek() <= '9'; i++, at++) {
      value = value * 10 + peek() - '0';
    }
    return value;
  }

  private double number() {
    int number = next++;
    if (number > arguments.count()) {
      arguments.any(number);
    }
    return arguments.number(number);
  }

  /** An argument as a 64-bit integer, cut as x86 does. */
  private long argument() {
    if (next <= arguments.count()
        && arguments.get(next) instanceof LuaInt64 integer
        && integer.kind() != LuaInt64.Kind.COMPLEX) {
      next++;
      return integer.value();
    }
    double value = number();
    return value >= 0x1p63 ? toLong(value - 0x1p64) : toLong(value);
  }

  static long toLong(double value) {
    if (value >= -0x1p63 && value < 0x1p63) {
      return (long) value;
    }
    return Long.MIN_VALUE;
  }

  // ---- output

  private void integer(long value) {
    String digits = value < 0 ? Long.toString(value).substring(1) : Long.toString(value);
    String sign = value < 0 ? "-" : plus ? "+" : space ? " " : "";
    digitsOut(digits, sign, value == 0);
  }

  private void hexadecimal(long value, boolean upper) {
    String digits = Long.toHexString(value);
    String prefix = alternative && value != 0 ? "0x" : "";
    unsigned(
        upper ? digits.toUpperCase(Locale.ROOT) : digits,
        upper ? prefix.toUpperCase(Locale.ROOT) : prefix);
  }

  private void unsigned(String digits, String prefix) {
    digitsOut(digits, prefix, digits.equals("0"));
  }

  private void digitsOut(String digits, String prefix, boolean isZero) {
    String text = precision == 0 && isZero ? "" : digits;
    if (text.length() < precision) {
      text = "0".repeat(precision - text.length()) + text;
    }
    int room = width - prefix.length() - text.length();
    if (room > 0 && zero && !left && precision < 0) {
      text = "0".repeat(room) + text;
    }
    pad((prefix + text).getBytes(StandardCharsets.ISO_8859_1));
  }

  private void real(int letter, double value) {
    boolean upper = letter < 'a';
    String text;
    boolean finite = !Double.isNaN(value) && !Double.isInfinite(value);
    String sign = value < 0 || value == 0 && 1 / value < 0 ? "-" : plus ? "+" : space ? " " : "";
    if (!finite) {
      text = Double.isNaN(value) ? "nan" : "inf";
      sign = Double.isNaN(value) ? (space ? " " : "") : sign;
    } else {
      text = finite(letter | 0x20, Math.abs(value));
    }
    if (upper) {
      text = text.toUpperCase(Locale.ROOT);
    }
    int room = width - sign.length() - text.length();
    if (room > 0 && zero && !left && finite) {
      int prefix = text.startsWith("0x") || text.startsWith("0X") ? 2 : 0;
      text = text.substring(0, prefix) + "0".repeat(room) + text.substring(prefix);
    }
    pad((sign + text).getBytes(StandardCharsets.ISO_8859_1));
  }

  private String finite(int letter, double value) {
    int digits = precision < 0 ? 6 : precision;
    return switch (letter) {
      case 'e' -> {
        String text = NumberText.scientific(value, digits);
        int e = text.indexOf('e');
        yield alternative && digits == 0 ? text.substring(0, e) + "." + text.substring(e) : text;
      }
      case 'f' -> {
        String text = NumberText.fixed(value, digits);
        yield alternative && digits == 0 ? text + "." : text;
      }
      case 'g' -> NumberText.general(value, digits, alternative);
      default -> {
        String text = NumberText.hexadecimal(value, precision);
        boolean point = alternative && text.indexOf('.') < 0;
        yield point ? text.replace("p", ".p") : text;
      }
    };
  }

  private void string(LuaString text) {
    if (precision >= 0 && text.length() > precision) {
      pad(text.substring(0, precision).bytes());
    } else {
      pad(text.bytes());
    }
  }

  private void pad(byte[] text) {
    int room = width - text.length;
    if (!left) {
      spaces(room);
    }
    out.write(text, 0, text.length);
    if (left) {
      spaces(room);
    }
  }

  private void spaces(int count) {
    for (int i = 0; i < count; i++) {
      out.write(' ');
    }
  }

  private void quoted(LuaString text) {
    out.write('"');
    byte[] bytes = text.bytes();
    for (int i = 0; i < bytes.length; i++) {
      int c = bytes[i] & 0xff;
      if (c == '"' || c == '\\' || c == '\n') {
        out.write('\\');
        out.write(c);
      } else if (c < 32 || c == 127) {
        boolean digitFollows = i + 1 < bytes.length && bytes[i + 1] >= '0' && bytes[i + 1] <= '9';
        String code = digitFollows ? "\\%03d".formatted(c) : "\\" + c;
        out.writeBytes(code.getBytes(StandardCharsets.ISO_8859_1));
      } else {
        out.write(c);
      }
    }
    out.write('"');
  }
}
