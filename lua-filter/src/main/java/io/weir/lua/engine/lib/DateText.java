package io.weir.lua.engine.lib;

import java.time.DayOfWeek;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** {@code strftime} in the C locale. */
final class DateText {
  private final ZonedDateTime time;
  private final String zone;

  DateText(ZonedDateTime time, String zone) {
    this.time = time;
    this.zone = zone;
  }

  String format(String format) {
    var out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        out.append(c);
      } else {
        out.append(field(format.charAt(++i)));
      }
    }
    return out.toString();
  }

  private String field(char letter) {
    return switch (letter) {
      case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ROOT);
      case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'c' -> format("%a %b %e %H:%M:%S %Y");
      case 'C' -> two(Math.floorDiv(time.getYear(), 100));
      case 'd' -> two(time.getDayOfMonth());
      case 'D', 'x' -> format("%m/%d/%y");
      case 'e' -> spaced(time.getDayOfMonth());
      case 'F' -> format("%Y-%m-%d");
      case 'g' -> two(Math.floorMod(time.get(IsoFields.WEEK_BASED_YEAR), 100));
      case 'G' -> Integer.toString(time.get(IsoFields.WEEK_BASED_YEAR));
      case 'H' -> two(time.getHour());
      case 'I' -> two(hour12());
      case 'j' -> three(time.getDayOfYear());
      case 'k' -> spaced(time.getHour());
      case 'l' -> spaced(hour12());
      case 'm' -> two(time.getMonthValue());
      case 'M' -> two(time.getMinute());
      case 'n' -> "\n";
      case 'p' -> time.getHour() < 12 ? "AM" : "PM";
      case 'P' -> time.getHour() < 12 ? "am" : "pm";
      case 'r' -> format("%I:%M:%S %p");
      case 'R' -> format("%H:%M");
      case 's' -> Long.toString(time.toEpochSecond());
      case 'S' -> two(time.getSecond());
      case 't' -> "\t";
      case 'T', 'X' -> format("%H:%M:%S");
      case 'u' -> Integer.toString(time.getDayOfWeek().getValue());
      case 'U' -> two(week(DayOfWeek.SUNDAY));
      case 'V' -> two(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case 'w' -> Integer.toString(time.getDayOfWeek().getValue() % 7);
      case 'W' -> two(week(DayOfWeek.MONDAY));
      case 'y' -> two(Math.floorMod(time.getYear(), 100));
      case 'Y' -> Integer.toString(time.getYear());
      case 'z' -> offset();
      case 'Z' -> zone;
      case '%' -> "%";
      default -> "%" + letter;
    };
  }

  private int hour12() {
    int hour = time.getHour() % 12;
    return hour == 0 ? 12 : hour;
  }

  /** Weeks begun by a given day since the first such day of the year. */
  private int week(DayOfWeek first) {
    int sinceFirst = Math.floorMod(time.getDayOfWeek().getValue() - first.getValue(), 7);
    return (time.getDayOfYear() + 6 - sinceFirst) / 7;
  }

  private String offset() {
    int minutes = time.getOffset().getTotalSeconds() / 60;
    int magnitude = Math.abs(minutes);
    return (minutes < 0 ? "-" : "+") + two(magnitude / 60) + two(magnitude % 60);
  }

  private static String two(int number) {
    return (number >= 0 && number < 10 ? "0" : "") + number;
  }

  private static String three(int number) {
    return (number < 10 ? "00" : number < 100 ? "0" : "") + number;
  }

  private static String spaced(int number) {
    return (number < 10 ? " " : "") + number;
  }

  /** The time that many units of a date table's fields give, normalized as {@code mktime} does. */
  static ZonedDateTime normalized(ZonedDateTime yearStart, long[] fields) {
    return yearStart
        .plus(fields[0] - 1, ChronoUnit.MONTHS)
        .plus(fields[1] - 1, ChronoUnit.DAYS)
        .plus(fields[2], ChronoUnit.HOURS)
        .plus(fields[3], ChronoUnit.MINUTES)
        .plus(fields[4], ChronoUnit.SECONDS);
  }
}
