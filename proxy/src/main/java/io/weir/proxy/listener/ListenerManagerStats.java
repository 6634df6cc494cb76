package io.weir.proxy.listener;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Stats;

/** The statistics {@code listener_manager.*}, written by the control thread; Envoy's names. */
final class ListenerManagerStats {
  private static final String PREFIX = "listener_manager.";

  final Counter added;
  final Counter modified;
  final Counter removed;
  final Counter stopped;
  final Counter inPlaceUpdated;
  final Counter createSuccess;
  final Counter createFailure;
  final Gauge active;
  final Gauge draining;
  final Gauge warming;
  final Gauge filterChainsDraining;
  final Gauge workersStarted;

  ListenerManagerStats(Stats stats) {
    added = stats.counter(PREFIX, "listener_added");
    modified = stats.counter(PREFIX, "listener_modified");
    removed = stats.counter(PREFIX, "listener_removed");
    stopped = stats.counter(PREFIX, "listener_stopped");
    inPlaceUpdated = stats.counter(PREFIX, "listener_in_place_updated");
    createSuccess = stats.counter(PREFIX, "listener_create_success");
    createFailure = stats.counter(PREFIX, "listener_create_failure");
    active = stats.gauge(PREFIX, "total_listeners_active");
    draining = stats.gauge(PREFIX, "total_listeners_draining");
    warming = stats.gauge(PREFIX, "total_listeners_warming");
    warming.set(0);
    filterChainsDraining = stats.gauge(PREFIX, "total_filter_chains_draining");
    stats.gauge(PREFIX, "workers_pinned");
    workersStarted = stats.gauge(PREFIX, "workers_started");
  }
}
