package io.weir.controlplane.generate;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigKey;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.patch.PatchReport;
import io.weir.controlplane.patch.Profile;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.PushContext;
import io.weir.controlplane.push.TrafficPlugin;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import io.weir.xds.codec.ProtoWriter;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a proxy's resources come from, down to routes and filters. Any thread. */
public final class Provenance {

  /**
   * One source.
   *
   * @param path of the part that it made, empty for the whole resource
   * @param source a resource, or an EnvoyFilter with its patch
   * @param origin file and line
   */
  public record Source(String path, String source, String origin) {

    @Override
    public String toString() {
      return (path.isEmpty() ? "" : path + ": ")
          + source
          + (origin.isEmpty() ? "" : " (" + origin + ")");
    }
  }

  private final PushContext context;
  private final PatchReport patches;
  private final Map<String, TrafficPlugin> plugins = new HashMap<>();

  private Provenance(PushContext context, PatchReport patches) {
    this.context = context;
    this.patches = patches;
  }

  /** Generates the proxy's resources again, watching the patches. */
  public static Provenance of(PushContext context, Proxy proxy, Profile profile) {
    Provenance provenance =
        new Provenance(context, ResourceGenerator.report(context, proxy, profile));
    context.plugins(proxy).forEach(p -> provenance.plugins.put(p.resourceName(), p));
    return provenance;
  }

  /** The sources of a resource; empty when it is all built in. */
  public List<Source> of(ResourceType type, Resource resource) {
    List<Source> sources = new ArrayList<>();
    walk(ProtoWriter.toTree(resource.body()), "", sources);
    TrafficPlugin own = plugins.get(resource.name());
    if (own != null) {
      add(own.key(), "", sources);
    }
    for (PatchReport.Entry entry : patches.changing(type, resource.name())) {
      ConfigKey key =
          new ConfigKey(Kind.ENVOY_FILTER, entry.filter().namespace(), entry.filter().name());
      Config<?> config = context.snapshot().get(key);
      String file = config == null ? "" : config.origin().source() + ":" + entry.patch().line();
      for (String place : entry.applied()) {
        sources.add(new Source(place, "EnvoyFilter " + entry.id(), file));
      }
    }
    return sources;
  }

  private void walk(SourceNode node, String path, List<Source> sources) {
    switch (node) {
      case SourceMap map -> {
        String config = text(map, "metadata", "filter_metadata", "istio", "config");
        ConfigKey key = key(config);
        if (key != null) {
          add(key, path, sources);
        }
        String name = map.text("name");
        TrafficPlugin plugin = name == null || path.isEmpty() ? null : plugins.get(name);
        if (plugin != null) {
          add(plugin.key(), path, sources);
        }
        for (SourceMap.Entry entry : map.entries()) {
          walk(entry.value(), path.isEmpty() ? entry.key() : path + "." + entry.key(), sources);
        }
      }
      case SourceList list -> {
        for (int i = 0; i < list.items().size(); i++) {
          walk(list.items().get(i), path + "[" + i + "]", sources);
        }
      }
      default -> {}
    }
  }

  private void add(ConfigKey key, String path, List<Source> sources) {
    Config<?> config = context.snapshot().get(key);
    sources.add(new Source(path, key.toString(), config == null ? "" : config.origin().toString()));
  }

  private static String text(SourceMap map, String... path) {
    SourceNode at = map;
    for (int i = 0; i < path.length - 1; i++) {
      at = at instanceof SourceMap inner ? inner.get(path[i]) : null;
    }
    String value = at instanceof SourceMap inner ? inner.text(path[path.length - 1]) : null;
    return value == null ? "" : value;
  }

  /** Of {@code /apis/GROUP/v1/namespaces/NAMESPACE/KIND/NAME}. */
  private static @Nullable ConfigKey key(String path) {
    String[] parts = path.split("/");
    if (parts.length != 8) {
      return null;
    }
    return Kind.ofName(parts[6]).map(kind -> new ConfigKey(kind, parts[5], parts[7])).orElse(null);
  }
}
