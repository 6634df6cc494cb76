package io.weir.lua.engine.lib;

import com.sun.management.OperatingSystemMXBean;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Arithmetic;
import io.weir.lua.engine.LuaError;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.ScriptStop;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The {@code os} library. {@code os.exit} ends the script only. */
final class OsLibrary {
  private static final List<String> LOCALE_CATEGORIES =
      List.of("all", "collate", "ctype", "monetary", "numeric", "time");
  private static final LuaString DEFAULT_FORMAT = LuaString.of("%c");

  private OsLibrary() {}

  static void install(Functions functions, LuaHost host) {
    functions.library("os");
    functions
        .add("execute", OsLibrary::execute)
        .add("remove", OsLibrary::remove)
        .add("rename", OsLibrary::rename)
        .add("tmpname", a -> tmpname())
        .add("getenv", OsLibrary::getenv)
        .add(
            "exit",
            a -> {
              throw ScriptStop.because("script called os.exit");
            })
        .add("clock", a -> clock())
        .add("date", a -> date(a, host))
        .add("time", a -> time(a, host))
        .add("difftime", a -> a.number(1) - a.number(2, 0))
        .add("setlocale", OsLibrary::setlocale);
  }

  private static double clock() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() / 1e9;
  }

  private static @Nullable Object getenv(Arguments a) {
    String value = System.getenv(a.string(1).cutAtNul().text());
    return value == null ? null : LuaString.of(value);
  }

  private static Object execute(Arguments a) {
    if (a.absent(1)) {
      return true;
    }
    try {
      Process process = new ProcessBuilder("/bin/sh", "-c", a.string(1).text()).inheritIO().start();
      return exitResult(process.waitFor());
    } catch (IOException error) {
      return failure("", error);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      return exitResult(1);
    }
  }

  static Object exitResult(int code) {
    return new @Nullable Object[] {code == 0 ? true : null, LuaString.of("exit"), (double) code};
  }

  /** Nil, message and error number. */
  static Object failure(String name, Exception error) {
    FileErrors errors = FileErrors.of(error);
    String prefix = name.isEmpty() ? "" : name + ": ";
    return new @Nullable Object[] {
      null, LuaString.of(prefix + errors.text()), (double) errors.number()
    };
  }

  private static Object remove(Arguments a) {
    String name = a.string(1).cutAtNul().text();
    try {
      Files.delete(Path.of(name));
      return true;
    } catch (IOException | InvalidPathException error) {
      return failure(name, error);
    }
  }

  private static Object rename(Arguments a) {
    String from = a.string(1).cutAtNul().text();
    String to = a.string(2).cutAtNul().text();
    try {
      Path source = Path.of(from);
      if (!Files.exists(source)) {
        throw new NoSuchFileException(from);
      }
      Files.move(source, Path.of(to), StandardCopyOption.REPLACE_EXISTING);
      return true;
    } catch (IOException | InvalidPathException error) {
      return failure(from, error);
    }
  }

  private static Object tmpname() {
    try {
      return LuaString.of(Files.createTempFile("lua_", "").toString());
    } catch (IOException error) {
      throw new LuaError("unable to generate a unique filename");
    }
  }

  private static @Nullable Object setlocale(Arguments a) {
    LuaString category = a.string(2, LuaString.of("all"));
    if (!LOCALE_CATEGORIES.contains(category.text())) {
      throw a.wrong(2, "invalid option '" + category + "'");
    }
    if (a.absent(1)) {
      return LuaString.of("C");
    }
    String wanted = a.string(1).text();
    boolean known = wanted.isEmpty() || wanted.equals("C") || wanted.equals("POSIX");
    return known ? LuaString.of("C") : null;
  }

  // ---- dates

  private static @Nullable Object date(Arguments a, LuaHost host) {
    String format = a.string(1, DEFAULT_FORMAT).latin1();
    long seconds =
        a.absent(2) ? Math.floorDiv(host.wallMillis(), 1000L) : StringFormat.toLong(a.number(2));
    boolean utc = format.startsWith("!");
    if (utc) {
      format = format.substring(1);
    }
    ZoneId zone = utc ? ZoneOffset.UTC : ZoneId.systemDefault();
    ZonedDateTime time;
    try {
      time = Instant.ofEpochSecond(seconds).atZone(zone);
    } catch (DateTimeException beyond) {
      return null;
    }
    if (format.startsWith("*t")) {
      return fields(time);
    }
    String zoneName = utc ? "GMT" : zoneName(zone, time);
    return LuaString.latin1(new DateText(time, zoneName).format(format));
  }

  private static String zoneName(ZoneId zone, ZonedDateTime time) {
    if (zone.getRules().isFixedOffset() && time.getOffset().getTotalSeconds() == 0) {
      return "UTC";
    }
    String name = zone.getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
    java.util.TimeZone named = java.util.TimeZone.getTimeZone(zone);
    boolean summer = zone.getRules().isDaylightSavings(time.toInstant());
    return named == null
        ? name
        : named.getDisplayName(summer, java.util.TimeZone.SHORT, Locale.ENGLISH);
  }

  private static LuaTable fields(ZonedDateTime time) {
    var table = new LuaTable(0, 16);
    put(table, "sec", time.getSecond());
    put(table, "min", time.getMinute());
    put(table, "hour", time.getHour());
    put(table, "day", time.getDayOfMonth());
    put(table, "month", time.getMonthValue());
    put(table, "year", time.getYear());
    put(table, "wday", time.getDayOfWeek().getValue() % 7 + 1);
    put(table, "yday", time.getDayOfYear());
    table.set(LuaString.of("isdst"), time.getZone().getRules().isDaylightSavings(time.toInstant()));
    return table;
  }

  private static void put(LuaTable table, String name, int value) {
    table.set(LuaString.of(name), (double) value);
  }

  private static Object time(Arguments a, LuaHost host) {
    if (a.absent(1)) {
      return (double) Math.floorDiv(host.wallMillis(), 1000L);
    }
    LuaTable table = a.table(1);
    long[] fields = {0, 0, 0, 0, 0};
    fields[4] = field(a, table, "sec", 0);
    fields[3] = field(a, table, "min", 0);
    fields[2] = field(a, table, "hour", 12);
    fields[1] = field(a, table, "day", -1);
    fields[0] = field(a, table, "month", -1);
    long year = field(a, table, "year", -1);
    ZoneId zone = ZoneId.systemDefault();
    try {
      var start = ZonedDateTime.of(Math.toIntExact(year), 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);
      ZonedDateTime time = DateText.normalized(start, fields).toLocalDateTime().atZone(zone);
      boolean summer = zone.getRules().isDaylightSavings(time.toInstant());
      long shift = table.get(LuaString.of("isdst")) == Boolean.TRUE && !summer ? -3600 : 0;
      return (double) (time.toEpochSecond() + shift);
    } catch (DateTimeException | ArithmeticException beyond) {
      throw a.state().error("time result cannot be represented in this installation");
    }
  }

  private static long field(Arguments a, LuaTable table, String name, int otherwise) {
    Double value = Arithmetic.toNumber(table.get(LuaString.of(name)));
    if (value != null) {
      return (long) (double) value;
    }
    if (otherwise < 0) {
      throw a.state().error("field '" + name + "' missing in date table");
    }
    return otherwise;
  }
}
