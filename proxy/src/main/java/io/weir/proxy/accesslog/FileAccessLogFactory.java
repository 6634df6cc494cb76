package io.weir.proxy.accesslog;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.weir.filter.FactoryContext;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.log.AccessLogFactory;
import io.weir.proxy.formatter.Formatter;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.access_loggers.file}. Holds the writer of all its files. */
public final class FileAccessLogFactory implements AccessLogFactory, AutoCloseable {
  private final LogWriter writer = new LogWriter();

  @Override
  public String name() {
    return "envoy.access_loggers.file";
  }

  @Override
  public List<String> configTypes() {
    return List.of(FileAccessLog.getDescriptor().getFullName());
  }

  @Override
  public @Nullable AccessLogConfig load(Any config, FactoryContext context) {
    FileAccessLog log = context.unpack(config, FileAccessLog.getDefaultInstance());
    if (log == null) {
      return null;
    }
    Formatter formatter = formatter(log, context);
    if (formatter == null) {
      return null;
    }
    LogTarget target = LogTarget.of(log.getPath());
    try {
      writer.prepare(target);
    } catch (IOException e) {
      context
          .problems()
          .add("path", "cannot open " + log.getPath() + " for writing: " + e.getMessage());
      return null;
    }
    return new LineLogConfig(formatter, target, writer);
  }

  @SuppressWarnings("deprecation")
  private static @Nullable Formatter formatter(FileAccessLog log, FactoryContext context) {
    return switch (log.getAccessLogFormatCase()) {
      case LOG_FORMAT -> LineFormats.load(log.getLogFormat(), context, "log_format");
      case FORMAT -> LineFormats.text(log.getFormat(), context, "format");
      case JSON_FORMAT ->
          LineFormats.load(
              SubstitutionFormatString.newBuilder().setJsonFormat(log.getJsonFormat()).build(),
              context,
              "");
      case TYPED_JSON_FORMAT ->
          LineFormats.load(
              SubstitutionFormatString.newBuilder().setJsonFormat(log.getTypedJsonFormat()).build(),
              context,
              "");
      case ACCESSLOGFORMAT_NOT_SET -> LineFormats.standard(context);
    };
  }

  /** Opens all files again by their names: {@code /reopen_logs}. */
  public void reopen() {
    writer.reopen();
  }

  /** Writes what is left, at the end of the process. */
  @Override
  public void close() {
    writer.close();
  }
}
