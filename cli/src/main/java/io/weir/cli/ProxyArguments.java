package io.weir.cli;

import io.weir.proxy.config.Options;
import io.weir.proxy.logging.LogLevel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values that a command line gives to the options of {@code weir proxy}. */
final class ProxyArguments {
  private static final long SHUTDOWN_SECONDS = 5;

  private final Map<ProxyFlag, String> values = new EnumMap<>(ProxyFlag.class);

  /**
   * Reads the words behind {@code proxy} without a parser library, whose set-up would take a third
   * of a start.
   *
   * @return null when there is anything but options with their values: then the library says what
   *     is wrong, or helps
   */
  static @Nullable ProxyArguments read(String[] args, int from) {
    var read = new ProxyArguments();
    for (int i = from; i < args.length; i++) {
      int equals = args[i].startsWith("--") ? args[i].indexOf('=') : -1;
      ProxyFlag flag = ProxyFlag.of(equals < 0 ? args[i] : args[i].substring(0, equals));
      if (flag == null || read.values.containsKey(flag)) {
        return null;
      }
      if (!flag.takesValue()) {
        if (equals >= 0) {
          return null;
        }
        read.put(flag, "");
      } else if (equals >= 0) {
        read.put(flag, args[i].substring(equals + 1));
      } else if (++i < args.length && ProxyFlag.of(args[i]) == null) {
        read.put(flag, args[i]);
      } else {
        return null;
      }
    }
    return read;
  }

  void put(ProxyFlag flag, String value) {
    values.put(flag, value);
  }

  String text(ProxyFlag flag) {
    return values.getOrDefault(flag, "");
  }

  LogLevel logLevel() {
    return level(values.getOrDefault(ProxyFlag.LOG_LEVEL, "info"));
  }

  static LogLevel level(String name) {
    return LogLevel.of(name)
        .orElseThrow(
            () ->
                usage(
                    "'"
                        + name
                        + "' is not a level: trace, debug, info, warning, error, critical, off"));
  }

  Options options() {
    long drain = number(ProxyFlag.DRAIN_TIME, -1);
    long cores = Runtime.getRuntime().availableProcessors();
    return new Options(
        path(ProxyFlag.CONFIG_PATH),
        text(ProxyFlag.CONFIG_YAML),
        (int) Math.clamp(number(ProxyFlag.CONCURRENCY, cores), 1, 1024),
        values.getOrDefault(ProxyFlag.LOG_LEVEL, "info"),
        text(ProxyFlag.COMPONENT_LOG_LEVEL),
        choice(ProxyFlag.MODE, Options.Mode.class, Options.Mode.SERVE),
        text(ProxyFlag.SERVICE_NODE),
        text(ProxyFlag.SERVICE_CLUSTER),
        text(ProxyFlag.SERVICE_ZONE),
        drain < 0 ? 600 : drain,
        choice(ProxyFlag.DRAIN_STRATEGY, DrainStrategy.class, DrainStrategy.GRADUAL)
            == DrainStrategy.IMMEDIATE,
        number(ProxyFlag.PARENT_SHUTDOWN_TIME, 900),
        drain < 0 ? SHUTDOWN_SECONDS : drain,
        number(ProxyFlag.FILE_FLUSH_INTERVAL, 10_000),
        path(ProxyFlag.ADMIN_ADDRESS_PATH),
        path(ProxyFlag.PLUGIN_DIR),
        choice(ProxyFlag.COMPAT, Compat.class, Compat.NONE) == Compat.ISTIO);
  }

  private enum DrainStrategy {
    GRADUAL,
    IMMEDIATE
  }

  private enum Compat {
    NONE,
    ISTIO
  }

  private @Nullable Path path(ProxyFlag flag) {
    String value = text(flag);
    return value.isEmpty() ? null : Path.of(value);
  }

  private long number(ProxyFlag flag, long otherwise) {
    String value = text(flag);
    if (value.isEmpty()) {
      return otherwise;
    }
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw usage(flag.names().getLast() + ": '" + value + "' is not a number");
    }
  }

  private <E extends Enum<E>> E choice(ProxyFlag flag, Class<E> type, E otherwise) {
    String value = text(flag);
    if (value.isEmpty()) {
      return otherwise;
    }
    for (E each : type.getEnumConstants()) {
      if (each.name().equalsIgnoreCase(value)) {
        return each;
      }
    }
    throw usage(
        flag.names().getLast()
            + ": '"
            + value
            + "' is not one of "
            + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT));
  }

  static VerbException usage(String message) {
    return new VerbException(Main.USAGE, message);
  }
}
