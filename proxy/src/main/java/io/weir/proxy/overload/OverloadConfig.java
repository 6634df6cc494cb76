package io.weir.proxy.overload;

import java.util.List;
import java.util.Map;

/**
 * A loaded {@code OverloadManager}.
 *
 * @param accountPower streams that hold less than two to that power bytes are never reset for their
 *     memory; 0 when no stream is
 * @param maxConnections of all listeners; −1 for no limit
 */
public record OverloadConfig(
    long refreshMillis,
    List<Monitor> monitors,
    Map<OverloadAction, List<Watch>> actions,
    Map<LoadShedPoint, List<Watch>> points,
    Map<OverloadTimer, Shortest> timers,
    int accountPower,
    long maxConnections) {
  /** For a bootstrap without overload manager. */
  public static final OverloadConfig NONE =
      new OverloadConfig(1000, List.of(), Map.of(), Map.of(), Map.of(), 0, -1);

  public OverloadConfig {
    monitors = List.copyOf(monitors);
    actions = Map.copyOf(actions);
    points = Map.copyOf(points);
    timers = Map.copyOf(timers);
  }

  /** A resource by its configured name. */
  record Monitor(String name, ResourceMonitor monitor) {}

  /**
   * A trigger of a resource.
   *
   * @param monitor index of the resource; −1 for one that has no pressure, the connection limit
   */
  record Watch(int monitor, Trigger trigger) {}

  /**
   * What is left of a timeout at full load.
   *
   * @param millis unless negative
   * @param share of the whole timeout, otherwise
   */
  record Shortest(long millis, double share) {
    long of(long timeoutMillis) {
      return millis >= 0 ? Math.min(millis, timeoutMillis) : (long) (timeoutMillis * share);
    }
  }
}
