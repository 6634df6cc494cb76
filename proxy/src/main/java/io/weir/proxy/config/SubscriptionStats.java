package io.weir.proxy.config;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Stats;
import io.weir.proxy.hash.XxHash64;
import java.nio.charset.StandardCharsets;

/**
 * What Envoy counts of one subscription, {@code sds.<name>.update_attempt} and the like. Control
 * thread.
 */
final class SubscriptionStats {
  private final Counter attempts;
  private final Counter successes;
  private final Counter failures;
  private final Counter rejections;
  private final Counter timeouts;
  private final Gauge version;
  private final Gauge time;

  /**
   * @param prefix ends in a dot
   */
  SubscriptionStats(Stats stats, String prefix) {
    this.attempts = stats.counter(prefix, "update_attempt");
    this.successes = stats.counter(prefix, "update_success");
    this.failures = stats.counter(prefix, "update_failure");
    this.rejections = stats.counter(prefix, "update_rejected");
    this.timeouts = stats.counter(prefix, "init_fetch_timeout");
    this.version = stats.gauge(prefix, "version");
    this.time = stats.gauge(prefix, "update_time");
  }

  /** A stream was asked; its answers count on their own. */
  void onAsked() {
    attempts.inc();
  }

  void onAccepted(String text) {
    attempts.inc();
    successes.inc();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    version.set(XxHash64.hash(bytes, 0, bytes.length, 0));
    time.set(System.currentTimeMillis());
  }

  void onRejected() {
    attempts.inc();
    rejections.inc();
  }

  /** The source could not be reached or read. */
  void onFailed() {
    attempts.inc();
    failures.inc();
  }

  void onTimeout() {
    timeouts.inc();
  }
}
