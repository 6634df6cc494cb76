package io.weir.cli.inspect;

import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The resources of a proxy: from Envoy's or Weir's {@code /config_dump}, or from a map of lists by
 * kind such as {@code weir generate} prints. Trees and not messages, so that nothing that a foreign
 * proxy says is lost.
 */
public final class ProxyDump {

  /** The kinds of resources. */
  public enum Section {
    BOOTSTRAP,
    LISTENER,
    ROUTE,
    CLUSTER,
    ENDPOINT,
    ECDS,
    SECRET
  }

  /**
   * A resource.
   *
   * @param state static, active, warming or draining
   */
  public record Item(SourceMap resource, String state, String version, String error) {

    public String name() {
      String name = Fields.text(resource, "name");
      return name.isEmpty() ? Fields.text(resource, "cluster_name") : name;
    }
  }

  private final Map<Section, List<Item>> items = new TreeMap<>();

  /** Reads a dump's text; null when it is none. */
  public static @Nullable ProxyDump parse(String text, String source, ProblemList problems) {
    SourceNode root = YamlReader.read(text, source, problems);
    if (!(root instanceof SourceMap map)) {
      return null;
    }
    ProxyDump dump = new ProxyDump();
    if (Fields.get(map, "configs") instanceof SourceList configs) {
      configs.items().forEach(dump::section);
    } else {
      dump.byKind(map);
    }
    return dump;
  }

  public List<Item> of(Section section) {
    return items.getOrDefault(section, List.of());
  }

  /** One resource by name, or null. */
  public @Nullable SourceMap find(Section section, String name) {
    for (Item item : of(section)) {
      if (item.name().equals(name)) {
        return item.resource();
      }
    }
    return null;
  }

  private void section(SourceNode section) {
    if (Fields.get(section, "bootstrap") instanceof SourceMap bootstrap) {
      add(Section.BOOTSTRAP, bootstrap, "static", "", "");
      return;
    }
    wrapped(section, "static_listeners", Section.LISTENER, "listener", "static");
    for (SourceMap item : Fields.list(section, "dynamic_listeners")) {
      String error = Fields.text(item, "error_state", "details");
      for (String state : List.of("active", "warming", "draining")) {
        SourceNode holder = Fields.get(item, state + "_state");
        if (Fields.get(holder, "listener") instanceof SourceMap listener) {
          add(Section.LISTENER, listener, state, Fields.text(holder, "version_info"), error);
        }
      }
    }
    wrapped(section, "static_clusters", Section.CLUSTER, "cluster", "static");
    wrapped(section, "dynamic_active_clusters", Section.CLUSTER, "cluster", "active");
    wrapped(section, "dynamic_warming_clusters", Section.CLUSTER, "cluster", "warming");
    wrapped(section, "static_route_configs", Section.ROUTE, "route_config", "static");
    wrapped(section, "dynamic_route_configs", Section.ROUTE, "route_config", "active");
    wrapped(section, "static_endpoint_configs", Section.ENDPOINT, "endpoint_config", "static");
    wrapped(section, "dynamic_endpoint_configs", Section.ENDPOINT, "endpoint_config", "active");
    wrapped(section, "ecds_filters", Section.ECDS, "ecds_filter", "active");
    wrapped(section, "static_secrets", Section.SECRET, "secret", "static");
    wrapped(section, "dynamic_active_secrets", Section.SECRET, "secret", "active");
    wrapped(section, "dynamic_warming_secrets", Section.SECRET, "secret", "warming");
  }

  private void wrapped(SourceNode section, String list, Section kind, String field, String state) {
    for (SourceMap item : Fields.list(section, list)) {
      if (Fields.get(item, field) instanceof SourceMap resource) {
        add(
            kind,
            resource,
            state,
            Fields.text(item, "version_info"),
            Fields.text(item, "error_state", "details"));
      }
    }
  }

  private void byKind(SourceMap map) {
    for (SourceMap.Entry entry : map.entries()) {
      Section section =
          switch (entry.key().toLowerCase(Locale.ROOT)) {
            case "listeners" -> Section.LISTENER;
            case "routes" -> Section.ROUTE;
            case "clusters" -> Section.CLUSTER;
            case "endpoints" -> Section.ENDPOINT;
            case "extensions" -> Section.ECDS;
            default -> null;
          };
      if (section != null && entry.value() instanceof SourceList list) {
        for (SourceNode item : list.items()) {
          if (item instanceof SourceMap resource) {
            add(section, resource, "active", "", "");
          }
        }
      }
    }
  }

  private void add(
      Section section, SourceMap resource, String state, String version, String error) {
    items
        .computeIfAbsent(section, _ -> new ArrayList<>())
        .add(new Item(resource, state, version, error));
  }
}
