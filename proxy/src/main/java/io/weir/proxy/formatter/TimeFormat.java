package io.weir.proxy.formatter;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The conversions of strftime, with {@code %f} and {@code %1f} to {@code %9f} for fractions of a
 * second, {@code %E3S} and {@code %E*S} for seconds with a fraction. Immutable.
 */
final class TimeFormat {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private interface Piece {
    void append(ZonedDateTime time, FormatOutput out);
  }

  private final ZoneId zone;
  private final Piece[] pieces;

  private TimeFormat(ZoneId zone, List<Piece> pieces) {
    this.zone = zone;
    this.pieces = pieces.toArray(new Piece[0]);
  }

  /** The form of an access log without arguments, {@code 2026-01-31T12:00:00.123Z}. */
  static TimeFormat iso(ZoneId zone) {
    // Envoy writes a local time's offset without a colon.
    String offset = zone.equals(ZoneOffset.UTC) ? "%Ez" : "%z";
    TimeFormat format = compile("%Y-%m-%dT%H:%M:%E3S" + offset, zone);
    if (format == null) {
      throw new IllegalStateException("the default time format");
    }
    return format;
  }

  /** Null when a conversion is unknown. */
  static @Nullable TimeFormat compile(String pattern, ZoneId zone) {
    var pieces = new ArrayList<Piece>();
    int at = 0;
    while (at < pattern.length()) {
      char c = pattern.charAt(at++);
      if (c != '%') {
        pieces.add((_, out) -> out.append(String.valueOf(c)));
        continue;
      }
      int end = at;
      while (end < pattern.length() && "E*0123456789".indexOf(pattern.charAt(end)) >= 0) {
        end++;
      }
      if (end >= pattern.length()) {
        return null;
      }
      Piece piece = conversion(pattern.substring(at, end), pattern.charAt(end));
      if (piece == null) {
        return null;
      }
      pieces.add(piece);
      at = end + 1;
    }
    return new TimeFormat(zone, pieces);
  }

  void append(long wallNanos, FormatOutput out) {
    var instant =
        Instant.ofEpochSecond(
            Math.floorDiv(wallNanos, NANOS_PER_SECOND), Math.floorMod(wallNanos, NANOS_PER_SECOND));
    ZonedDateTime time = instant.atZone(zone);
    for (Piece piece : pieces) {
      piece.append(time, out);
    }
  }

  private static @Nullable Piece conversion(String modifier, char c) {
    if (modifier.isEmpty()) {
      return plain(c);
    }
    if (c == 'f' && modifier.length() == 1 && modifier.charAt(0) != '*') {
      int digits = modifier.charAt(0) - '0';
      return digits < 1 || digits > 9 ? null : (time, out) -> fraction(time, digits, out);
    }
    if (modifier.startsWith("E") && modifier.length() <= 2) {
      return extended(modifier.substring(1), c);
    }
    return null;
  }

  private static @Nullable Piece extended(String modifier, char c) {
    if (modifier.isEmpty()) {
      return c == 'z' ? (time, out) -> offset(time, true, out) : plain(c);
    }
    int digits = modifier.equals("*") ? 9 : modifier.charAt(0) - '0';
    return switch (c) {
      case 'S' ->
          (time, out) -> {
            number(time.getSecond(), 2, '0', out);
            if (digits > 0) {
              out.append('.');
              fraction(time, Math.min(digits, 9), out);
            }
          };
      case 'f' -> (time, out) -> fraction(time, Math.max(1, Math.min(digits, 9)), out);
      default -> null;
    };
  }

  private static @Nullable Piece plain(char c) {
    return switch (c) {
      case 'Y' -> (t, out) -> out.append((long) t.getYear());
      case 'C' -> (t, out) -> number(t.getYear() / 100, 2, '0', out);
      case 'y' -> (t, out) -> number(t.getYear() % 100, 2, '0', out);
      case 'm' -> (t, out) -> number(t.getMonthValue(), 2, '0', out);
      case 'd' -> (t, out) -> number(t.getDayOfMonth(), 2, '0', out);
      case 'e' -> (t, out) -> number(t.getDayOfMonth(), 2, ' ', out);
      case 'H' -> (t, out) -> number(t.getHour(), 2, '0', out);
      case 'k' -> (t, out) -> number(t.getHour(), 2, ' ', out);
      case 'I' -> (t, out) -> number((t.getHour() + 11) % 12 + 1, 2, '0', out);
      case 'M' -> (t, out) -> number(t.getMinute(), 2, '0', out);
      case 'S' -> (t, out) -> number(t.getSecond(), 2, '0', out);
      case 'f' -> (t, out) -> fraction(t, 9, out);
      case 's' -> (t, out) -> out.append(t.toEpochSecond());
      case 'j' -> (t, out) -> number(t.getDayOfYear(), 3, '0', out);
      case 'u' -> (t, out) -> out.append((long) t.getDayOfWeek().getValue());
      case 'w' -> (t, out) -> out.append((long) (t.getDayOfWeek().getValue() % 7));
      case 'V' -> (t, out) -> number(t.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, '0', out);
      case 'G' -> (t, out) -> out.append((long) t.get(IsoFields.WEEK_BASED_YEAR));
      default -> text(c);
    };
  }

  private static @Nullable Piece text(char c) {
    return switch (c) {
      case 'a' -> (t, out) -> out.append(dayName(t, TextStyle.SHORT));
      case 'A' -> (t, out) -> out.append(dayName(t, TextStyle.FULL));
      case 'b', 'h' -> (t, out) -> out.append(monthName(t, TextStyle.SHORT));
      case 'B' -> (t, out) -> out.append(monthName(t, TextStyle.FULL));
      case 'p' -> (t, out) -> out.append(t.getHour() < 12 ? "AM" : "PM");
      case 'z' -> (t, out) -> offset(t, false, out);
      case 'Z' ->
          (t, out) ->
              out.append(
                  t.getOffset().getTotalSeconds() == 0
                      ? "UTC"
                      : t.getZone().getDisplayName(TextStyle.SHORT, Locale.ROOT));
      case 'F' -> sequence("Y-m-d");
      case 'T' -> sequence("H:M:S");
      case 'R' -> sequence("H:M");
      case 'D' -> sequence("m/d/y");
      case 'n' -> (_, out) -> out.append('\n');
      case 't' -> (_, out) -> out.append('\t');
      case '%' -> (_, out) -> out.append('%');
      default -> null;
    };
  }

  private static Piece sequence(String conversions) {
    return (time, out) -> {
      for (int i = 0; i < conversions.length(); i++) {
        Piece piece =
            Character.isLetter(conversions.charAt(i)) ? plain(conversions.charAt(i)) : null;
        if (piece == null) {
          out.append(conversions.charAt(i));
        } else {
          piece.append(time, out);
        }
      }
    };
  }

  private static String dayName(ZonedDateTime time, TextStyle style) {
    return time.getDayOfWeek().getDisplayName(style, Locale.ROOT);
  }

  private static String monthName(ZonedDateTime time, TextStyle style) {
    return time.getMonth().getDisplayName(style, Locale.ENGLISH);
  }

  private static void number(int value, int width, char pad, FormatOutput out) {
    int limit = 10;
    for (int i = 1; i < width; i++, limit *= 10) {
      if (value < limit) {
        for (int missing = width - digits(value); missing > 0; missing--) {
          out.append(pad);
        }
        break;
      }
    }
    out.append((long) value);
  }

  private static int digits(int value) {
    return value < 10 ? 1 : value < 100 ? 2 : 3;
  }

  private static void fraction(ZonedDateTime time, int digits, FormatOutput out) {
    int nanos = time.truncatedTo(ChronoUnit.NANOS).getNano();
    int divisor = 100_000_000;
    for (int i = 0; i < digits; i++) {
      out.append((char) ('0' + nanos / divisor % 10));
      divisor /= 10;
    }
  }

  private static void offset(ZonedDateTime time, boolean colon, FormatOutput out) {
    int minutes = time.getOffset().getTotalSeconds() / 60;
    if (colon && minutes == 0) {
      out.append('Z');
      return;
    }
    out.append(minutes < 0 ? '-' : '+');
    number(Math.abs(minutes) / 60, 2, '0', out);
    if (colon) {
      out.append(':');
    }
    number(Math.abs(minutes) % 60, 2, '0', out);
  }
}
