package io.weir.proxy.config;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Histogram;
import io.weir.filter.Stats;
import io.weir.filter.Stats.HistogramUnit;
import io.weir.proxy.hash.XxHash64;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What Envoy counts of one subscription, {@code sds.<name>.update_attempt} and the like. Control
 * thread.
 */
final class SubscriptionStats {
  private final Stats stats;
  private final String prefix;
  private final Counter attempts;
  private final Counter successes;
  private final Counter failures;
  private final Counter rejections;
  private final Counter timeouts;
  private final Gauge version;
  private final Gauge time;
  private final Histogram duration;
  private @Nullable Counter reloads;
  private @Nullable Gauge reloadTime;

  /**
   * @param prefix ends in a dot
   */
  SubscriptionStats(Stats stats, String prefix) {
    this.stats = stats;
    this.prefix = prefix;
    this.attempts = stats.counter(prefix, "update_attempt");
    this.successes = stats.counter(prefix, "update_success");
    this.failures = stats.counter(prefix, "update_failure");
    this.rejections = stats.counter(prefix, "update_rejected");
    this.timeouts = stats.counter(prefix, "init_fetch_timeout");
    this.version = stats.gauge(prefix, "version");
    this.time = stats.gauge(prefix, "update_time");
    this.duration = stats.histogram(prefix, "update_duration", HistogramUnit.MILLISECONDS);
    stats.text(prefix, "version_text", "");
  }

  /** The statistics of a subscription to one resource, as its type has them. */
  static SubscriptionStats of(Message prototype, Stats stats, String prefix) {
    var common = new SubscriptionStats(stats, prefix);
    return switch (prototype) {
      case RouteConfiguration _, ScopedRouteConfiguration _ ->
          common.withReloads(true).with("update_empty");
      case TypedExtensionConfig _ ->
          common.withReloads(false).with("config_conflict", "config_fail");
      case VirtualHost _ -> common.withReloads(false).with("update_empty");
      case Secret _ -> common.with("key_rotation_failed");
      default -> common;
    };
  }

  /** Counts new versions too, and perhaps when the last came. */
  SubscriptionStats withReloads(boolean withTime) {
    reloads = stats.counter(prefix, "config_reload");
    reloadTime = withTime ? stats.gauge(prefix, "config_reload_time_ms") : null;
    return this;
  }

  /** Shows counters that never count. */
  SubscriptionStats with(String... names) {
    for (String name : names) {
      stats.counter(prefix, name);
    }
    return this;
  }

  /** A stream was asked; its answers count on their own. */
  void onAsked() {
    attempts.inc();
  }

  /**
   * A new version was taken.
   *
   * @param millis how long that took
   */
  void onAccepted(String text, long millis) {
    onSame(text);
    duration.record(millis);
    Counter counted = reloads;
    Gauge at = reloadTime;
    if (counted != null) {
      counted.inc();
    }
    if (at != null) {
      at.set(System.currentTimeMillis());
    }
  }

  /** An answer has what is in use already. */
  void onSame(String text) {
    attempts.inc();
    successes.inc();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    version.set(XxHash64.hash(bytes, 0, bytes.length, 0));
    time.set(System.currentTimeMillis());
    stats.text(prefix, "version_text", text);
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
