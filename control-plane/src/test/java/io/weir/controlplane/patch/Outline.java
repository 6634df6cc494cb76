package io.weir.controlplane.patch;

import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import java.util.ArrayList;
import java.util.List;

/** The names in a set of resources, in order: what most patches change. */
final class Outline {

  private final StringBuilder out = new StringBuilder();

  private Outline() {}

  static String of(SourceMap resources) {
    Outline outline = new Outline();
    for (SourceMap listener : maps(resources, "listeners")) {
      outline.listener(listener);
    }
    for (SourceMap table : maps(resources, "routes")) {
      outline.table("routes ", table);
    }
    for (SourceMap cluster : maps(resources, "clusters")) {
      outline.out.append("cluster ").append(cluster.text("name")).append('\n');
    }
    return outline.out.toString().strip();
  }

  private void listener(SourceMap listener) {
    out.append("listener ").append(listener.text("name"));
    String filters = names(listener, "listener_filters");
    out.append(filters.isEmpty() ? "" : " [" + filters + "]").append('\n');
    maps(listener, "filter_chains").forEach(this::chain);
    if (listener.get("default_filter_chain") instanceof SourceMap chain) {
      chain(chain);
    }
  }

  private void chain(SourceMap chain) {
    String name = chain.text("name");
    out.append("  chain ").append(name == null ? "-" : name).append(':');
    List<SourceMap> tables = new ArrayList<>();
    for (SourceMap filter : maps(chain, "filters")) {
      out.append(' ').append(shortened(filter));
      if (filter.get("typed_config") instanceof SourceMap config && config.has("http_filters")) {
        out.append('(').append(names(config, "http_filters")).append(')');
        if (config.get("route_config") instanceof SourceMap table) {
          tables.add(table);
        }
      }
    }
    out.append('\n');
    tables.forEach(table -> table("    routes ", table));
  }

  private void table(String label, SourceMap table) {
    out.append(label).append(table.text("name")).append('\n');
    for (SourceMap host : maps(table, "virtual_hosts")) {
      out.repeat(' ', label.indexOf("routes") + 2).append("host ").append(host.text("name"));
      out.append(": ").append(names(host, "routes")).append('\n');
    }
  }

  private static String names(SourceMap map, String field) {
    return String.join(" ", maps(map, field).stream().map(Outline::shortened).toList());
  }

  private static String shortened(SourceMap named) {
    String name = String.valueOf(named.text("name"));
    return name.startsWith("envoy.filters.") ? name.substring(name.lastIndexOf('.') + 1) : name;
  }

  private static List<SourceMap> maps(SourceMap map, String field) {
    List<SourceMap> maps = new ArrayList<>();
    if (map.get(field) instanceof SourceList list) {
      for (SourceNode item : list.items()) {
        maps.add((SourceMap) item);
      }
    }
    return maps;
  }
}
