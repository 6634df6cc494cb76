package io.weir.wasm.context;

import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.slf4j.event.Level;

/** Guests' log lines, in Envoy's form. */
final class GuestLog {
  private static final int TRACE = 0;
  private static final int DEBUG = 1;
  private static final int INFO = 2;
  private static final int WARN = 3;
  private static final int ERROR = 4;
  private static final int CRITICAL_LEVEL = 5;

  /** What this proxy's log takes for a level that SLF4J does not have. */
  private static final Marker CRITICAL = MarkerFactory.getMarker("critical");

  private GuestLog() {}

  /** The lowest level that is written. */
  static int level(Logger log) {
    if (log.isTraceEnabled()) {
      return TRACE;
    }
    if (log.isDebugEnabled()) {
      return DEBUG;
    }
    if (log.isInfoEnabled()) {
      return INFO;
    }
    if (log.isWarnEnabled()) {
      return WARN;
    }
    return log.isErrorEnabled() ? ERROR : CRITICAL_LEVEL;
  }

  static void write(Logger log, int level, String prefix, byte[] text, int offset, int length) {
    String line =
        "wasm log" + prefix + ": " + new String(text, offset, length, StandardCharsets.UTF_8);
    if (level >= CRITICAL_LEVEL) {
      log.error(CRITICAL, line);
      return;
    }
    Level at =
        switch (level) {
          case TRACE -> Level.TRACE;
          case DEBUG -> Level.DEBUG;
          case INFO -> Level.INFO;
          case WARN -> Level.WARN;
          default -> Level.ERROR;
        };
    log.atLevel(at).log(line);
  }
}
