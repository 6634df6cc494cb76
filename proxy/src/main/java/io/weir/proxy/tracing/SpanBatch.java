package io.weir.proxy.tracing;

import io.weir.filter.Counter;
import io.weir.filter.Timer;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.CallOptions;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpCallListener;
import io.weir.filter.http.StreamResetReason;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finished spans until there are enough for a request to the collector, or time has passed. What
 * the collector does not take is lost, and counted. Belongs to one worker.
 */
final class SpanBatch implements HttpCallListener {
  private static final long FLUSH_MILLIS = 5000;
  private static final int MOST = 5000;

  private final Worker worker;
  private final String cluster;
  private final int enough;
  private final CallOptions options;
  private final Supplier<HeaderMap> headers;
  private final Function<List<Span>, byte[]> encode;
  private final Timer timer;
  private final Counter spansSent;
  private final Counter timerFlushed;
  private final Counter sent;
  private final Counter dropped;
  private final Counter noCluster;
  private List<Span> spans = new ArrayList<>();

  /**
   * @param prefix {@code tracing.zipkin.}, say
   * @param enough how many spans make a request
   */
  SpanBatch(
      Worker worker,
      String prefix,
      String cluster,
      int enough,
      long timeoutMillis,
      Supplier<HeaderMap> headers,
      Function<List<Span>, byte[]> encode) {
    this.worker = worker;
    this.cluster = cluster;
    this.enough = enough;
    this.options = new CallOptions(timeoutMillis, false, 0, -1);
    this.headers = headers;
    this.encode = encode;
    this.timer = worker.newTimer(this::onTimer);
    this.spansSent = worker.stats().counter(prefix, "spans_sent");
    this.timerFlushed = worker.stats().counter(prefix, "timer_flushed");
    this.sent = worker.stats().counter(prefix, "reports_sent");
    this.dropped = worker.stats().counter(prefix, "reports_dropped");
    this.noCluster = worker.stats().counter(prefix, "reports_skipped_no_cluster");
  }

  void add(Span span) {
    if (spans.isEmpty()) {
      timer.arm(FLUSH_MILLIS);
    }
    if (spans.size() < MOST) {
      spans.add(span);
    }
    if (spans.size() >= enough) {
      flush();
    }
  }

  private void onTimer() {
    timerFlushed.inc();
    flush();
  }

  void flush() {
    timer.cancel();
    List<Span> batch = spans;
    if (batch.isEmpty()) {
      return;
    }
    spans = new ArrayList<>();
    if (!worker.clusters().hasCluster(cluster)) {
      noCluster.inc();
      return;
    }
    spansSent.add(batch.size());
    worker.clusters().call(cluster, headers.get(), encode.apply(batch), null, options, this);
  }

  @Override
  public void onResponse(HeaderMap response, Buffer body, @Nullable HeaderMap trailers) {
    String status = response.get(":status");
    (status != null && status.startsWith("2") ? sent : dropped).inc();
  }

  @Override
  public void onFailure(StreamResetReason reason) {
    dropped.inc();
  }
}
