package io.weir.controlplane.push;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigSnapshot;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.config.Selector;
import io.weir.controlplane.config.Telemetry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Telemetries: at most one for the mesh, each namespace, and a workload. */
final class TelemetryIndex {

  private final List<Config<Telemetry>> all;
  private final String rootNamespace;

  TelemetryIndex(ConfigSnapshot snapshot, String rootNamespace) {
    List<Config<Telemetry>> sorted =
        new ArrayList<>(snapshot.list(Kind.TELEMETRY, Telemetry.class));
    sorted.sort(Config.OLDEST_FIRST);
    this.all = List.copyOf(sorted);
    this.rootNamespace = rootNamespace;
  }

  /** Those that hold for a proxy, the widest first. */
  List<Config<Telemetry>> of(Proxy proxy) {
    List<Config<Telemetry>> found = new ArrayList<>();
    add(found, find(rootNamespace, null));
    if (!proxy.namespace().equals(rootNamespace)) {
      add(found, find(proxy.namespace(), null));
    }
    add(found, find(proxy.namespace(), proxy));
    return List.copyOf(found);
  }

  private static void add(List<Config<Telemetry>> found, @Nullable Config<Telemetry> config) {
    if (config != null) {
      found.add(config);
    }
  }

  private @Nullable Config<Telemetry> find(String namespace, @Nullable Proxy proxy) {
    for (Config<Telemetry> config : all) {
      Selector selector = config.spec().selector();
      boolean forAll = selector == null || selector.required().isEmpty();
      boolean targeted = config.spec().targetRef() != null || !config.spec().targetRefs().isEmpty();
      if (config.namespace().equals(namespace)
          && !targeted
          && (proxy == null
              ? forAll
              : !forAll && selector != null && selector.selects(proxy.labels()))) {
        return config;
      }
    }
    return null;
  }
}
