package io.weir.proxy.logging;

import java.io.Serial;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** The logger of one component ({@code lua}, {@code config}); its level may change at any time. */
final class ComponentLogger extends LegacyAbstractLogger {
  @Serial private static final long serialVersionUID = 1L;

  private final transient LogLine.Sink sink;
  private volatile LogLevel level;

  ComponentLogger(String name, LogLevel level, LogLine.Sink sink) {
    this.name = name;
    this.level = level;
    this.sink = sink;
  }

  LogLevel level() {
    return level;
  }

  void setLevel(LogLevel level) {
    this.level = level;
  }

  private boolean enabled(LogLevel wanted) {
    return wanted.compareTo(level) >= 0;
  }

  @Override
  public boolean isTraceEnabled() {
    return enabled(LogLevel.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return enabled(LogLevel.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return enabled(LogLevel.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return enabled(LogLevel.WARNING);
  }

  @Override
  public boolean isErrorEnabled() {
    return enabled(LogLevel.ERROR);
  }

  /** SLF4J has no level above error; a marker named {@code critical} says that one is meant. */
  @Override
  public boolean isErrorEnabled(@Nullable Marker marker) {
    return enabled(isCritical(marker) ? LogLevel.CRITICAL : LogLevel.ERROR);
  }

  private static boolean isCritical(@Nullable Marker marker) {
    return marker != null && marker.getName().equals("critical");
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level event,
      @Nullable Marker marker,
      String pattern,
      @Nullable Object @Nullable [] arguments,
      @Nullable Throwable error) {
    String message = MessageFormatter.basicArrayFormat(pattern, arguments);
    sink.write(
        new LogLine(
            System.currentTimeMillis(),
            Thread.currentThread().threadId(),
            event == Level.ERROR && isCritical(marker) ? LogLevel.CRITICAL : LogLevel.of(event),
            name,
            message,
            error));
  }
}
