package io.weir.plugin;

/**
 * Moments as text, in UTC, where {@code java.time} is too large for the sandbox. Moments are
 * milliseconds since 1970, as {@link System#currentTimeMillis} tells them.
 */
public final class Timestamps {
  /** What parsers return for text that is no moment. */
  public static final long NONE = Long.MIN_VALUE;

  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
  private static final String DAYS = "ThuFriSatSunMonTueWed";
  private static final long DAY_MILLIS = 86_400_000;
  private static final int DAYS_TO_1970 = 719_468;
  private static final int ERA_DAYS = 146_097;

  private Timestamps() {}

  /** {@code 2026-01-31T23:59:59.123Z} (RFC 3339). */
  public static String rfc3339(long millis) {
    long days = Math.floorDiv(millis, DAY_MILLIS);
    int rest = (int) Math.floorMod(millis, DAY_MILLIS);
    int[] date = date(days);
    var text = new StringBuilder(24);
    digits(text, date[0], 4).append('-');
    digits(text, date[1], 2).append('-');
    digits(text, date[2], 2).append('T');
    time(text, rest).append('.');
    return digits(text, rest % 1000, 3).append('Z').toString();
  }

  /** {@code Sat, 31 Jan 2026 23:59:59 GMT} (RFC 9110, for headers). */
  public static String httpDate(long millis) {
    long days = Math.floorDiv(millis, DAY_MILLIS);
    int rest = (int) Math.floorMod(millis, DAY_MILLIS);
    int[] date = date(days);
    int day = (int) Math.floorMod(days, 7) * 3;
    int month = (date[1] - 1) * 3;
    var text = new StringBuilder(29);
    text.append(DAYS, day, day + 3).append(", ");
    digits(text, date[2], 2).append(' ').append(MONTHS, month, month + 3).append(' ');
    digits(text, date[0], 4).append(' ');
    return time(text, rest).append(" GMT").toString();
  }

  /** Reads RFC 3339 with any offset and any number of fractional digits; {@link #NONE} if not. */
  public static long parseRfc3339(String text) {
    if (text.length() < 20
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || "Tt ".indexOf(text.charAt(10)) < 0
        || text.charAt(13) != ':'
        || text.charAt(16) != ':') {
      return NONE;
    }
    long seconds =
        seconds(
            number(text, 0, 4),
            number(text, 5, 7),
            number(text, 8, 10),
            number(text, 11, 13),
            number(text, 14, 16),
            number(text, 17, 19));
    int at = 19;
    int millis = 0;
    if (text.charAt(at) == '.') {
      int unit = 100;
      for (at++; at < text.length() && Character.isDigit(text.charAt(at)); at++) {
        millis += (text.charAt(at) - '0') * unit;
        unit /= 10;
      }
    }
    long offset = offset(text, at);
    return seconds == NONE || offset == NONE ? NONE : (seconds - offset) * 1000 + millis;
  }

  /** Reads the form of {@link #httpDate}; {@link #NONE} for anything else. */
  public static long parseHttpDate(String text) {
    if (text.length() != 29 || !text.endsWith(" GMT")) {
      return NONE;
    }
    int month = MONTHS.indexOf(text.substring(8, 11));
    if (month < 0 || month % 3 != 0) {
      return NONE;
    }
    long seconds =
        seconds(
            number(text, 12, 16),
            month / 3 + 1,
            number(text, 5, 7),
            number(text, 17, 19),
            number(text, 20, 22),
            number(text, 23, 25));
    return seconds == NONE ? NONE : seconds * 1000;
  }

  /** Seconds east of UTC. */
  private static long offset(String text, int at) {
    if (at + 1 == text.length() && (text.charAt(at) == 'Z' || text.charAt(at) == 'z')) {
      return 0;
    }
    if (at + 6 != text.length() || text.charAt(at + 3) != ':') {
      return NONE;
    }
    int hours = number(text, at + 1, at + 3);
    int minutes = number(text, at + 4, at + 6);
    char sign = text.charAt(at);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || sign != '+' && sign != '-') {
      return NONE;
    }
    return (sign == '-' ? -1 : 1) * (hours * 3600L + minutes * 60L);
  }

  private static long seconds(int year, int month, int day, int hour, int minute, int second) {
    if (year < 0
        || month < 1
        || month > 12
        || day < 1
        || day > length(year, month)
        || hour < 0
        || hour > 23
        || minute < 0
        || minute > 59
        || second < 0
        || second > 60) {
      return NONE;
    }
    return days(year, month, day) * 86_400 + hour * 3600L + minute * 60L + second;
  }

  private static int length(int year, int month) {
    boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2
        ? leap ? 29 : 28
        : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  }

  /** Days since 1970, in years that begin in March, so that leap days come last. */
  private static long days(int year, int month, int day) {
    int y = month <= 2 ? year - 1 : year;
    int era = Math.floorDiv(y, 400);
    int yearOfEra = y - era * 400;
    int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return (long) era * ERA_DAYS + dayOfEra - DAYS_TO_1970;
  }

  /** Year, month, day. */
  private static int[] date(long days) {
    long shifted = days + DAYS_TO_1970;
    int era = (int) Math.floorDiv(shifted, ERA_DAYS);
    int dayOfEra = (int) (shifted - (long) era * ERA_DAYS);
    int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int march = (5 * dayOfYear + 2) / 153;
    int month = march < 10 ? march + 3 : march - 9;
    int year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    return new int[] {year, month, dayOfYear - (153 * march + 2) / 5 + 1};
  }

  private static StringBuilder time(StringBuilder text, int millis) {
    digits(text, millis / 3_600_000, 2).append(':');
    digits(text, millis / 60_000 % 60, 2).append(':');
    return digits(text, millis / 1000 % 60, 2);
  }

  private static StringBuilder digits(StringBuilder text, int value, int width) {
    for (int unit = width == 4 ? 1000 : width == 3 ? 100 : 10; unit > 0; unit /= 10) {
      text.append((char) ('0' + value / unit % 10));
    }
    return text;
  }

  /** −1 when it is not all digits. */
  private static int number(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + c - '0';
    }
    return value;
  }
}
