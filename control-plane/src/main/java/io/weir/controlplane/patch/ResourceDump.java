package io.weir.controlplane.patch;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.ProtoReader.UnknownFields;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Listeners, route tables and clusters as tools hand them around: Envoy's {@code /config_dump}, or
 * a map of lists by kind or type URL. What nobody here knows in them survives as it is.
 */
public record ResourceDump(
    List<Listener> listeners, List<RouteConfiguration> routes, List<Cluster> clusters) {

  public ResourceDump {
    listeners = List.copyOf(listeners);
    routes = List.copyOf(routes);
    clusters = List.copyOf(clusters);
  }

  /** Reads a dump of any of the known shapes; what cannot be read is reported and left out. */
  public static ResourceDump read(SourceNode dump, ProblemList problems) {
    Reader reader = new Reader(problems);
    if (!(dump instanceof SourceMap map)) {
      problems.add(dump.line(), dump.column(), "", "a dump is a map, not " + dump.describe(), "");
    } else if (map.get("configs") instanceof SourceList configs) {
      for (int i = 0; i < configs.items().size(); i++) {
        reader.section(configs.items().get(i), "configs[" + i + "]");
      }
    } else {
      reader.byKind(map, "");
    }
    return new ResourceDump(reader.listeners, reader.routes, reader.clusters);
  }

  private static final class Reader {

    private final ProblemList problems;
    private final List<Listener> listeners = new ArrayList<>();
    private final List<RouteConfiguration> routes = new ArrayList<>();
    private final List<Cluster> clusters = new ArrayList<>();

    Reader(ProblemList problems) {
      this.problems = problems;
    }

    void section(SourceNode node, String path) {
      if (!(node instanceof SourceMap section)) {
        return;
      }
      for (SourceMap.Entry entry : section.entries()) {
        if (!(entry.value() instanceof SourceList list)) {
          continue;
        }
        String kind = entry.key().replace("_", "").toLowerCase(Locale.ROOT);
        for (int i = 0; i < list.items().size(); i++) {
          if (list.items().get(i) instanceof SourceMap item) {
            dumped(kind, item, path + "." + entry.key() + "[" + i + "]");
          }
        }
      }
    }

    private void dumped(String kind, SourceMap item, String path) {
      switch (kind) {
        case "staticlisteners" -> add("listener", item.get("listener"), path + ".listener");
        case "dynamiclisteners" -> {
          SourceNode state =
              first(item, "active_state", "activeState", "warming_state", "warmingState");
          if (state instanceof SourceMap map) {
            add("listener", map.get("listener"), path + ".active_state.listener");
          }
        }
        case "staticrouteconfigs", "dynamicrouteconfigs" ->
            add("route", first(item, "route_config", "routeConfig"), path + ".route_config");
        case "staticclusters", "dynamicactiveclusters", "dynamicwarmingclusters" ->
            add("cluster", item.get("cluster"), path + ".cluster");
        default -> {}
      }
    }

    private static @Nullable SourceNode first(SourceMap map, String... keys) {
      for (String key : keys) {
        SourceNode node = map.get(key);
        if (node != null) {
          return node;
        }
      }
      return null;
    }

    void byKind(SourceMap map, String path) {
      for (SourceMap.Entry entry : map.entries()) {
        String kind = kind(entry.key());
        String entryPath = ProblemList.join(path, entry.key());
        if (kind.isEmpty()) {
          if (entry.value() instanceof SourceMap inner && entry.key().equals("resources")) {
            byKind(inner, entryPath);
          }
        } else if (entry.value() instanceof SourceList list) {
          for (int i = 0; i < list.items().size(); i++) {
            add(kind, list.items().get(i), entryPath + "[" + i + "]");
          }
        } else if (entry.value() instanceof SourceMap byName) {
          for (SourceMap.Entry named : byName.entries()) {
            add(kind, named.value(), entryPath + "[\"" + named.key() + "\"]");
          }
        }
      }
    }

    private static String kind(String key) {
      String name = key.substring(key.lastIndexOf('/') + 1);
      name = name.substring(name.lastIndexOf('.') + 1);
      return switch (name.replace("_", "").toLowerCase(Locale.ROOT)) {
        case "listener", "listeners", "lds" -> "listener";
        case "route", "routes", "routeconfiguration", "routeconfigurations", "rds" -> "route";
        case "cluster", "clusters", "cds" -> "cluster";
        default -> "";
      };
    }

    private void add(String kind, @Nullable SourceNode node, String path) {
      if (!(node instanceof SourceMap map)) {
        return;
      }
      SourceMap resource = map.get("resource") instanceof SourceMap inner ? inner : map;
      switch (kind) {
        case "listener" -> add(listeners, resource, Listener.getDefaultInstance(), path);
        case "route" -> add(routes, resource, RouteConfiguration.getDefaultInstance(), path);
        default -> add(clusters, resource, Cluster.getDefaultInstance(), path);
      }
    }

    private <M extends Message> void add(List<M> list, SourceMap node, M prototype, String path) {
      M message =
          ProtoReader.read(
              node.without("@type"), prototype, problems.at(path), UnknownFields.KEEP_TYPES);
      if (message != null) {
        list.add(message);
      }
    }
  }
}
