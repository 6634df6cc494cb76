package io.weir.proxy.accesslog;

import io.weir.filter.StreamInfo;
import io.weir.filter.Timer;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.log.AccessLogger;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.FormatOutput;
import io.weir.proxy.formatter.Formatter;

/**
 * Formats lines into a chunk on the worker and hands the chunk over when it is full or a moment
 * old.
 */
final class LineLogger implements AccessLogger {
  private static final int CHUNK_BYTES = 32 << 10;
  private static final long FLUSH_MILLIS = 200;

  private final Formatter formatter;
  private final LogTarget target;
  private final LogWriter writer;
  private final LogStats stats;
  private final Timer flushTimer;
  private FormatOutput chunk = new FormatOutput();

  LineLogger(Formatter formatter, LogTarget target, LogWriter writer, Worker worker) {
    this.formatter = formatter;
    this.target = target;
    this.writer = writer;
    this.stats = new LogStats(worker.stats());
    this.flushTimer = worker.newTimer(this::flushByTimer);
  }

  @Override
  public void log(
      HeaderMap requestHeaders,
      HeaderMap responseHeaders,
      HeaderMap responseTrailers,
      StreamInfo streamInfo,
      AccessLogType type) {
    int before = chunk.length();
    formatter.format(
        new FormatContext(requestHeaders, responseHeaders, responseTrailers, streamInfo, "", type),
        chunk);
    stats.buffered(chunk.length() - before);
    if (chunk.length() >= CHUNK_BYTES) {
      flush();
    } else if (!flushTimer.armed()) {
      flushTimer.arm(FLUSH_MILLIS);
    }
  }

  private void flushByTimer() {
    stats.flushedByTimer();
    flush();
  }

  private void flush() {
    flushTimer.cancel();
    if (chunk.length() > 0) {
      stats.handedOver(chunk.length(), writer.write(target, chunk.bytes(), chunk.length()));
      chunk = new FormatOutput();
    }
  }

  @Override
  public void close() {
    flush();
  }
}
