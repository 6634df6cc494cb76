package io.weir.proxy.accesslog;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StderrAccessLog;
import io.weir.filter.FactoryContext;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.log.AccessLogFactory;
import io.weir.proxy.formatter.Formatter;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.access_loggers.stderr}. */
public final class StderrAccessLogFactory implements AccessLogFactory, AutoCloseable {
  private final LogWriter writer = new LogWriter();

  @Override
  public String name() {
    return "envoy.access_loggers.stderr";
  }

  @Override
  public List<String> configTypes() {
    return List.of(StderrAccessLog.getDescriptor().getFullName());
  }

  @Override
  public @Nullable AccessLogConfig load(Any config, FactoryContext context) {
    StderrAccessLog log = context.unpack(config, StderrAccessLog.getDefaultInstance());
    if (log == null) {
      return null;
    }
    Formatter formatter =
        log.hasLogFormat()
            ? LineFormats.load(log.getLogFormat(), context, "log_format")
            : LineFormats.standard(context);
    if (formatter == null) {
      return null;
    }
    try {
      writer.prepare(LogTarget.STDERR);
    } catch (IOException e) {
      context.problems().add("", "cannot write to stderr: " + e.getMessage());
      return null;
    }
    return new LineLogConfig(formatter, LogTarget.STDERR, writer);
  }

  @Override
  public void close() {
    writer.close();
  }
}
