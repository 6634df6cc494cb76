package io.weir.proxy.logging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** One entry of the log. */
record LogLine(
    long wallMillis,
    long threadId,
    LogLevel level,
    String component,
    String message,
    @Nullable Throwable error) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

  /** Takes entries; must not block. */
  interface Sink {
    void write(LogLine line);
  }

  /**
   * Envoy's default format, {@code [time][thread][level][component] [place] message}. Tools that
   * read it expect a source file as the place; here it is always {@code weir}, because finding the
   * line costs a walk over the stack.
   */
  void appendTo(StringBuilder text) {
    text.append('[');
    TIME.formatTo(Instant.ofEpochMilli(wallMillis), text);
    text.append("][").append(threadId).append("][").append(level.label()).append("][");
    text.append(component).append("] [weir] ").append(message).append('\n');
    if (error != null) {
      var trace = new StringWriter();
      error.printStackTrace(new PrintWriter(trace));
      text.append(trace);
    }
  }
}
