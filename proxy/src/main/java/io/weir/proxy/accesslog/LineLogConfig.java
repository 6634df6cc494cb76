package io.weir.proxy.accesslog;

import io.weir.filter.Worker;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.log.AccessLogger;
import io.weir.proxy.formatter.Formatter;

/** A loaded access log that writes lines. */
record LineLogConfig(Formatter formatter, LogTarget target, LogWriter writer)
    implements AccessLogConfig {
  @Override
  public AccessLogger openWorker(Worker worker) {
    return new LineLogger(formatter, target, writer, worker);
  }
}
