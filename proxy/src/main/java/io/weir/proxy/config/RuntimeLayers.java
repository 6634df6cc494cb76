package io.weir.proxy.config;

import io.envoyproxy.envoy.config.bootstrap.v3.LayeredRuntime;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.weir.filter.Stats;
import io.weir.proxy.extension.Runtime;
import io.weir.xds.ProblemList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The runtime layers of the bootstrap; a later layer overrides an earlier one. Reading takes one
 * look at an immutable snapshot and may happen on any thread; changes are made one at a time.
 */
public final class RuntimeLayers implements Runtime {
  private static final int FIRST_LOADS = 2;

  private final List<Layer> layers = new ArrayList<>();
  private volatile Map<String, Entry> snapshot = Map.of();
  private boolean configured;
  private Runnable changed = () -> {};

  /** One layer; the admin layer is the one that {@code /runtime_modify} changes. */
  private record Layer(String name, boolean admin, Map<String, Entry> entries) {}

  /** A runtime without configuration has one layer, for the admin interface. */
  RuntimeLayers() {
    layers.add(new Layer("admin", true, new TreeMap<>()));
  }

  /** The layers of a bootstrap, as far as they are known before anything was fetched. */
  static RuntimeLayers load(LayeredRuntime config, String serviceCluster, ProblemList problems) {
    var runtime = new RuntimeLayers();
    if (config.getLayersCount() == 0) {
      return runtime;
    }
    runtime.layers.clear();
    runtime.configured = true;
    for (int i = 0; i < config.getLayersCount(); i++) {
      RuntimeLayer layer = config.getLayers(i);
      ProblemList at = problems.at("layered_runtime.layers[" + i + "]");
      if (layer.getName().isEmpty() || runtime.layer(layer.getName()) != null) {
        at.add("name", "a layer needs a name of its own");
      }
      runtime.layers.add(load(layer, serviceCluster, at));
    }
    if (runtime.layers.stream().filter(Layer::admin).count() > 1) {
      problems.add("layered_runtime.layers", "there can be one admin_layer only");
    }
    runtime.rebuild();
    return runtime;
  }

  private static Layer load(RuntimeLayer layer, String serviceCluster, ProblemList problems) {
    String name = layer.getName();
    return switch (layer.getLayerSpecifierCase()) {
      case STATIC_LAYER -> new Layer(name, false, RuntimeValues.flatten(layer.getStaticLayer()));
      case DISK_LAYER ->
          new Layer(
              name,
              false,
              RuntimeFiles.read(layer.getDiskLayer(), serviceCluster, problems.at("disk_layer")));
      case ADMIN_LAYER -> new Layer(name, true, new TreeMap<>());
      case RTDS_LAYER -> new Layer(name, false, new TreeMap<>());
      case LAYERSPECIFIER_NOT_SET -> {
        problems.add("", "a layer needs static_layer, disk_layer, admin_layer or rtds_layer");
        yield new Layer(name, false, Map.of());
      }
    };
  }

  @Override
  public @Nullable Entry find(String key) {
    return snapshot.get(key);
  }

  /** Replaces the values of a layer. */
  synchronized void replace(String name, Map<String, Entry> entries) {
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      if (layer.name.equals(name)) {
        layers.set(i, new Layer(name, layer.admin, new TreeMap<>(entries)));
      }
    }
    rebuild();
  }

  /**
   * Sets keys of the admin layer; an empty text removes a key.
   *
   * @return false when there is no admin layer
   */
  public synchronized boolean modify(Map<String, String> changes) {
    Layer admin = layers.stream().filter(Layer::admin).findFirst().orElse(null);
    if (admin == null) {
      return false;
    }
    changes.forEach(
        (key, text) -> {
          if (text.isEmpty()) {
            admin.entries.remove(key);
          } else {
            admin.entries.put(key, RuntimeValues.parse(text));
          }
        });
    rebuild();
    return true;
  }

  /** Layer names, lowest first. */
  public synchronized List<String> layerNames() {
    return layers.stream().map(Layer::name).toList();
  }

  /** For each key, sorted, the text in each layer (empty where it is absent). */
  public synchronized Map<String, List<String>> table() {
    Map<String, List<String>> table = new TreeMap<>();
    for (String key : snapshot.keySet()) {
      table.put(key, layers.stream().map(layer -> text(layer.entries.get(key))).toList());
    }
    return table;
  }

  private static String text(@Nullable Entry entry) {
    return entry == null ? "" : entry.text();
  }

  private @Nullable Layer layer(String name) {
    return layers.stream().filter(layer -> layer.name.equals(name)).findFirst().orElse(null);
  }

  private void rebuild() {
    Map<String, Entry> merged = new HashMap<>();
    layers.forEach(layer -> merged.putAll(layer.entries));
    snapshot = Map.copyOf(merged);
    changed.run();
  }

  /** Counts loads from now on. The counters are the control thread's. */
  void countBy(Stats stats, Executor control) {
    var counted = new RuntimeStats(stats);
    // Envoy loads once for the bootstrap and once more when its parts are known.
    for (int i = 0; i < FIRST_LOADS; i++) {
      counted.loaded(this);
    }
    changed = () -> control.execute(() -> counted.loaded(this));
  }

  /** How many keys the admin layer sets. */
  synchronized int adminKeys() {
    return layers.stream().filter(Layer::admin).mapToInt(layer -> layer.entries.size()).sum();
  }

  /** How many layers the bootstrap lists. */
  synchronized int configuredLayers() {
    return configured ? layers.size() : 0;
  }

  int keys() {
    return snapshot.size();
  }
}
