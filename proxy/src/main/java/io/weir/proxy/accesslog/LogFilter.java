package io.weir.proxy.accesslog;

/** A compiled {@code envoy.config.accesslog.v3.AccessLogFilter}. Immutable. */
@FunctionalInterface
public interface LogFilter {
  boolean admits(LogEvent event);
}
