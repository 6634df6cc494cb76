package io.weir.proxy.config;

import io.weir.filter.Gauge;
import io.weir.filter.Stats;
import io.weir.xds.ResourceType;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code control_plane.*}, which appears with the first stream, and how the subscriptions to all
 * clusters and all listeners go. Control thread.
 */
final class ControlPlaneStats {
  private final Stats stats;
  private final Map<ResourceType, SubscriptionStats> types = new EnumMap<>(ResourceType.class);
  private @Nullable Gauge connected;

  ControlPlaneStats(Stats stats) {
    this.stats = stats;
  }

  void connected(boolean now) {
    Gauge gauge = connected;
    if (gauge == null) {
      gauge = stats.gauge("control_plane.", "connected_state");
      connected = gauge;
    }
    gauge.set(now ? 1 : 0);
  }

  /** A stream was asked for all resources of a type. */
  void asked(ResourceType type) {
    SubscriptionStats of = of(type);
    if (of != null) {
      of.onAsked();
    }
  }

  /**
   * An answer came; types whose resources are subscribed to by name count for each subscription
   * instead.
   *
   * @param changed whether it has something new
   */
  void update(ResourceType type, boolean accepted, String version, boolean changed, long millis) {
    SubscriptionStats of = of(type);
    if (of == null) {
      return;
    }
    if (!accepted) {
      of.onRejected();
    } else if (changed) {
      of.onAccepted(version, millis);
    } else {
      of.onSame(version);
    }
  }

  /** The source of a type could not be reached or read. */
  void failed(ResourceType type) {
    SubscriptionStats of = of(type);
    if (of != null) {
      of.onFailed();
    }
  }

  void timedOut(ResourceType type) {
    SubscriptionStats of = of(type);
    if (of != null) {
      of.onTimeout();
    }
  }

  private @Nullable SubscriptionStats of(ResourceType type) {
    return switch (type) {
      case CLUSTER ->
          types.computeIfAbsent(
              type, _ -> new SubscriptionStats(stats, "cluster_manager.cds.").withReloads(true));
      case LISTENER ->
          types.computeIfAbsent(type, _ -> new SubscriptionStats(stats, "listener_manager.lds."));
      default -> null;
    };
  }
}
