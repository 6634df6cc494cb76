package io.weir.proxy.config;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Stats;
import io.weir.xds.ResourceType;
import java.util.EnumMap;
import java.util.Map;

/** {@code control_plane.*} and the update counters of each type. Control thread. */
final class ControlPlaneStats {
  private final Gauge connected;
  private final Stats stats;
  private final Map<ResourceType, UpdateStats> types = new EnumMap<>(ResourceType.class);

  /** How the updates of one type went. */
  private record UpdateStats(Counter attempt, Counter success, Counter failure, Counter rejected) {}

  ControlPlaneStats(Stats stats) {
    this.stats = stats;
    this.connected = stats.gauge("control_plane.", "connected_state");
  }

  void connected(boolean now) {
    connected.set(now ? 1 : 0);
  }

  /** Types whose resources are subscribed to by name count for each subscription instead. */
  void update(ResourceType type, boolean accepted) {
    if (bySubscription(type)) {
      return;
    }
    UpdateStats of = types.computeIfAbsent(type, this::open);
    of.attempt.inc();
    (accepted ? of.success : of.rejected).inc();
  }

  /** The source of a type could not be read. */
  void failed(ResourceType type) {
    if (!bySubscription(type)) {
      UpdateStats of = types.computeIfAbsent(type, this::open);
      of.attempt.inc();
      of.failure.inc();
    }
  }

  private static boolean bySubscription(ResourceType type) {
    return type == ResourceType.ROUTE
        || type == ResourceType.ENDPOINT
        || type == ResourceType.SECRET;
  }

  private UpdateStats open(ResourceType type) {
    String prefix =
        switch (type) {
          case CLUSTER -> "cluster_manager.cds.";
          case LISTENER -> "listener_manager.lds.";
          case ROUTE, ENDPOINT, SECRET -> throw new IllegalArgumentException(type.toString());
          case EXTENSION_CONFIG -> "extension_config_discovery.";
          case SCOPED_ROUTE -> "scoped_rds.";
          case VIRTUAL_HOST -> "vhds.";
          case RUNTIME -> "runtime.rtds.";
        };
    return new UpdateStats(
        stats.counter(prefix, "update_attempt"),
        stats.counter(prefix, "update_success"),
        stats.counter(prefix, "update_failure"),
        stats.counter(prefix, "update_rejected"));
  }
}
