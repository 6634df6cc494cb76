package io.weir.proxy.config;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Stats;

/** {@code runtime.*}. Control thread. */
final class RuntimeStats {
  private static final String PREFIX = "runtime.";

  private final Counter loads;
  private final Counter withoutOverrides;
  private final Gauge keys;
  private final Gauge layers;
  private final Gauge adminKeys;

  RuntimeStats(Stats stats) {
    stats.counter(PREFIX, "deprecated_feature_use");
    stats.gauge(PREFIX, "deprecated_feature_seen_since_process_start");
    stats.counter(PREFIX, "load_error");
    stats.counter(PREFIX, "override_dir_exists");
    this.loads = stats.counter(PREFIX, "load_success");
    this.withoutOverrides = stats.counter(PREFIX, "override_dir_not_exists");
    this.keys = stats.gauge(PREFIX, "num_keys");
    this.layers = stats.gauge(PREFIX, "num_layers");
    this.adminKeys = stats.gauge(PREFIX, "admin_overrides_active");
  }

  void loaded(RuntimeLayers runtime) {
    loads.inc();
    withoutOverrides.inc();
    keys.set(runtime.keys());
    layers.set(runtime.configuredLayers());
    adminKeys.set(runtime.adminKeys() > 0 ? 1 : 0);
  }
}
