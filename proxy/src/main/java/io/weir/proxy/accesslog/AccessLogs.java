package io.weir.proxy.accesslog;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.log.AccessLogger;
import io.weir.proxy.extension.LoadContext;
import org.jspecify.annotations.Nullable;

/** Loads {@code envoy.config.accesslog.v3.AccessLog}: a logger behind its filter. */
public final class AccessLogs {
  private AccessLogs() {}

  /**
   * @return null when problems were reported
   */
  public static @Nullable AccessLogConfig load(AccessLog log, LoadContext context) {
    LogFilter filter = null;
    if (log.hasFilter()) {
      filter = new LogFilterLoader(context).load(log.getFilter(), context.problems().at("filter"));
      if (filter == null) {
        return null;
      }
    }
    AccessLogConfig config = context.at("typed_config").accessLog(log.getTypedConfig());
    return config == null || filter == null ? config : new Filtered(filter, config);
  }

  /** The inner configuration is closed by the context that loaded it. */
  private record Filtered(LogFilter filter, AccessLogConfig config) implements AccessLogConfig {
    @Override
    public AccessLogger openWorker(Worker worker) {
      return new FilteredLogger(filter, config.openWorker(worker), worker);
    }
  }

  private record FilteredLogger(LogFilter filter, AccessLogger logger, Worker worker)
      implements AccessLogger {
    @Override
    public void log(
        HeaderMap requestHeaders,
        HeaderMap responseHeaders,
        HeaderMap responseTrailers,
        StreamInfo streamInfo,
        AccessLogType type) {
      var event =
          new LogEvent(requestHeaders, responseHeaders, responseTrailers, streamInfo, type, worker);
      if (filter.admits(event)) {
        logger.log(requestHeaders, responseHeaders, responseTrailers, streamInfo, type);
      }
    }

    @Override
    public void close() {
      logger.close();
    }
  }
}
