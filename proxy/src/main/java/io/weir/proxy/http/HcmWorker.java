package io.weir.proxy.http;

import io.weir.filter.Worker;
import io.weir.filter.log.AccessLogger;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.filter.network.NetworkFilterWorker;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.http.codec.Http2Stats;
import io.weir.proxy.overload.WorkerOverload;
import io.weir.proxy.tracing.Tracing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection manager's configuration on one worker. */
final class HcmWorker implements NetworkFilterWorker {
  final HcmConfig config;
  final Worker worker;
  final HcmStats stats;
  final RequestSanitizer sanitizer;
  final ResponseCompletion responses;
  final ReplyMaker replies;
  final AccessLogger[] accessLogs;
  final StreamTimes times = new StreamTimes();
  final WorkerOverload overload;
  final @Nullable Tracing tracing;
  final TracingStats tracingStats;
  private final Runnable onOverload = this::onOverload;
  private @Nullable Http2Stats http2Stats;
  // The connections, so that a change of the overload reaches them.
  private @Nullable HttpConnectionManager first;

  HcmWorker(HcmConfig config, Worker worker) {
    this.config = config;
    this.worker = worker;
    this.stats = new HcmStats(worker.stats(), config.statPrefix(), config.listenerPrefix());
    this.tracingStats = new TracingStats(worker.stats(), config.statPrefix());
    this.sanitizer = new RequestSanitizer(config.forwarding());
    this.responses = new ResponseCompletion(config, worker);
    this.overload =
        config.overload().bypass() ? WorkerOverload.none(worker) : worker.local(WorkerOverload.KEY);
    overload.watch(onOverload);
    this.tracing = config.tracing() == null ? null : config.tracing().openWorker(worker);
    this.replies = new ReplyMaker(config.localReplies(), worker);
    this.accessLogs =
        config.accessLogs().stream()
            .map(log -> log.openWorker(worker))
            .toArray(AccessLogger[]::new);
    config.routes().openWorker(worker);
    openAll(config.filters());
    config.upgrades().forEach(upgrade -> openAll(upgrade.filters()));
  }

  /** Statistics of HTTP/2, which appear with the first connection. */
  Http2Stats http2Stats() {
    Http2Stats made = http2Stats;
    if (made == null) {
      made = new Http2Stats(worker.stats(), "");
      http2Stats = made;
    }
    return made;
  }

  private void openAll(@Nullable List<HttpFilterSlot> slots) {
    if (slots != null) {
      slots.forEach(slot -> slot.openWorker(worker));
    }
  }

  @Override
  public NetworkFilter newFilter(NetworkFilterCallbacks callbacks) {
    return new HttpConnectionManager(this, callbacks);
  }

  void add(HttpConnectionManager connection) {
    connection.next = first;
    if (first != null) {
      first.previous = connection;
    }
    first = connection;
  }

  void remove(HttpConnectionManager connection) {
    if (connection.previous != null) {
      connection.previous.next = connection.next;
    } else {
      first = connection.next;
    }
    if (connection.next != null) {
      connection.next.previous = connection.previous;
    }
  }

  private void onOverload() {
    for (HttpConnectionManager each = first; each != null; ) {
      HttpConnectionManager following = each.next;
      each.onOverload();
      each = following;
    }
  }

  @Override
  public void close() {
    overload.unwatch(onOverload);
    if (tracing != null) {
      tracing.close();
    }
    closeAll(config.filters());
    config.upgrades().forEach(upgrade -> closeAll(upgrade.filters()));
    for (AccessLogger log : accessLogs) {
      log.close();
    }
  }

  private void closeAll(@Nullable List<HttpFilterSlot> slots) {
    if (slots != null) {
      slots.forEach(slot -> slot.closeWorker(worker));
    }
  }
}
