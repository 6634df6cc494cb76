package io.weir.controlplane.push;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigSnapshot;
import io.weir.controlplane.config.ConfigSpec;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.config.PluginPhase;
import io.weir.controlplane.config.Selector;
import io.weir.controlplane.config.TargetRef;
import io.weir.controlplane.config.TrafficExtension;
import io.weir.controlplane.config.WasmPlugin;
import io.weir.controlplane.config.WasmPlugin.PluginType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All plugins of WasmPlugins and TrafficExtensions. */
public final class TrafficPluginIndex {

  private final List<Entry> all = new ArrayList<>();
  private final String rootNamespace;

  private record Entry(
      Config<?> config,
      @Nullable Selector selector,
      boolean targeted,
      int priority,
      TrafficPlugin plugin) {}

  TrafficPluginIndex(ConfigSnapshot snapshot, String rootNamespace) {
    this.rootNamespace = rootNamespace;
    snapshot.list(Kind.WASM_PLUGIN, WasmPlugin.class).forEach(this::add);
    snapshot.list(Kind.TRAFFIC_EXTENSION, TrafficExtension.class).forEach(this::addExtension);
  }

  private void add(Config<WasmPlugin> config) {
    WasmPlugin spec = config.spec();
    TrafficPlugin.Wasm code =
        new TrafficPlugin.Wasm(
            spec.url(),
            spec.sha256(),
            spec.imagePullPolicy(),
            spec.imagePullSecret(),
            spec.pluginConfig(),
            spec.pluginName(),
            spec.failStrategy(),
            spec.vmConfig());
    TrafficPlugin plugin =
        new TrafficPlugin(
            config.key(), spec.phase(), spec.match(), spec.type() == PluginType.NETWORK, code);
    all.add(
        entry(
            config, spec.selector(), spec.targetRef(), spec.targetRefs(), spec.priority(), plugin));
  }

  private void addExtension(Config<TrafficExtension> config) {
    TrafficExtension spec = config.spec();
    PluginType type = PluginType.HTTP;
    TrafficPlugin.Code code = null;
    if (spec.wasm() != null) {
      TrafficExtension.Wasm wasm = spec.wasm();
      type = wasm.type();
      code =
          new TrafficPlugin.Wasm(
              wasm.url(),
              wasm.sha256(),
              wasm.imagePullPolicy(),
              wasm.imagePullSecret(),
              wasm.pluginConfig(),
              wasm.pluginName(),
              wasm.failStrategy(),
              wasm.vmConfig());
    } else if (spec.lua() != null) {
      code = new TrafficPlugin.Lua(spec.lua().inlineCode());
    } else if (spec.java() != null) {
      TrafficExtension.JavaPlugin jar = spec.java();
      type = jar.type();
      code = new TrafficPlugin.Jar(jar.module(), jar.filterName(), jar.pluginConfig());
    }
    if (code != null) {
      TrafficPlugin plugin =
          new TrafficPlugin(
              config.key(), spec.phase(), spec.match(), type == PluginType.NETWORK, code);
      all.add(
          entry(
              config,
              spec.selector(),
              spec.targetRef(),
              spec.targetRefs(),
              spec.priority(),
              plugin));
    }
  }

  /** Every plugin, whoever runs it. */
  List<TrafficPlugin> all() {
    return all.stream().map(Entry::plugin).toList();
  }

  private static Entry entry(
      Config<? extends ConfigSpec> config,
      @Nullable Selector selector,
      @Nullable TargetRef ref,
      List<TargetRef> refs,
      @Nullable Integer priority,
      TrafficPlugin plugin) {
    return new Entry(
        config,
        selector,
        ref != null || !refs.isEmpty(),
        // Unset sorts below every number that was written, negative ones included.
        priority == null ? Integer.MIN_VALUE : priority,
        plugin);
  }

  /**
   * A proxy's plugins of a phase in the order in which requests meet them: descending priority;
   * ties: the root namespace's before the proxy's own, then older ones.
   */
  List<TrafficPlugin> of(Proxy proxy) {
    List<Entry> found = new ArrayList<>();
    for (Entry entry : all) {
      String namespace = entry.config().namespace();
      boolean near = namespace.equals(rootNamespace) || namespace.equals(proxy.namespace());
      Selector selector = entry.selector();
      if (near && !entry.targeted() && (selector == null || selector.selects(proxy.labels()))) {
        found.add(entry);
      }
    }
    found.sort(
        Comparator.<Entry, PluginPhase>comparing(e -> e.plugin().phase())
            .thenComparing(Entry::priority, Comparator.reverseOrder())
            .thenComparing(e -> !e.config().namespace().equals(rootNamespace))
            .thenComparing(Entry::config, Config.OLDEST_FIRST));
    return found.stream().map(Entry::plugin).toList();
  }
}
