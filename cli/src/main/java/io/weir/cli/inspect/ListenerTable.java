package io.weir.cli.inspect;

import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Listeners with istioctl's columns: one line a filter chain. */
public final class ListenerTable {

  private static final int SHOWN_NAMES = 3;

  private ListenerTable() {}

  public static List<ProxyDump.Item> select(ProxyDump dump, Filter filter) {
    List<ProxyDump.Item> found = new ArrayList<>();
    for (ProxyDump.Item item : dump.of(ProxyDump.Section.LISTENER)) {
      SourceMap listener = item.resource();
      String port = Fields.text(listener, "address", "socket_address", "port_value");
      String host = Fields.text(listener, "address", "socket_address", "address");
      if (Filter.fits(filter.name(), item.name())
          && Filter.fits(filter.address(), host)
          && Filter.fits(filter.direction(), Fields.text(listener, "traffic_direction"))
          && (filter.port() == 0 || port.equals(Integer.toString(filter.port())))) {
        found.add(item);
      }
    }
    return found;
  }

  public static String text(ProxyDump dump, Filter filter) {
    TextTable table = new TextTable("ADDRESSES", "PORT", "MATCH", "DESTINATION");
    for (ProxyDump.Item item : select(dump, filter)) {
      SourceMap listener = item.resource();
      List<SourceMap> chains = new ArrayList<>(Fields.list(listener, "filter_chains"));
      if (Fields.get(listener, "default_filter_chain") instanceof SourceMap rest) {
        chains.add(rest);
      }
      String pipe = Fields.text(listener, "address", "pipe", "path");
      for (SourceMap chain : chains) {
        table.row(
            pipe.isEmpty() ? Fields.text(listener, "address", "socket_address", "address") : pipe,
            Fields.text(listener, "address", "socket_address", "port_value"),
            match(Fields.get(chain, "filter_chain_match")) + ClusterTable.state(item),
            destination(chain));
      }
    }
    return table.toString();
  }

  static String match(@Nullable SourceNode match) {
    List<String> parts = new ArrayList<>();
    List<String> names = Fields.texts(match, "server_names");
    if (!names.isEmpty()) {
      String more = names.size() > SHOWN_NAMES ? "..." : "";
      parts.add(
          "SNI: " + String.join(",", names.subList(0, Math.min(SHOWN_NAMES, names.size()))) + more);
    }
    add(parts, "Trans: ", Fields.text(match, "transport_protocol"));
    add(parts, "App: ", String.join(",", Fields.texts(match, "application_protocols")));
    String port = Fields.text(match, "destination_port");
    List<String> ranges = new ArrayList<>();
    for (SourceMap range : Fields.list(match, "prefix_ranges")) {
      String length = Fields.text(range, "prefix_len");
      ranges.add(Fields.text(range, "address_prefix") + (length.isEmpty() ? "" : "/" + length));
    }
    if (!ranges.isEmpty()) {
      parts.add("Addr: " + String.join(",", ranges) + (port.isEmpty() ? "" : ":" + port));
    } else if (!port.isEmpty()) {
      parts.add("Addr: *:" + port);
    }
    return parts.isEmpty() ? "ALL" : String.join("; ", parts);
  }

  private static void add(List<String> parts, String label, String value) {
    if (!value.isEmpty()) {
      parts.add(label + value);
    }
  }

  static String destination(SourceMap chain) {
    for (SourceMap filter : Fields.list(chain, "filters")) {
      SourceNode config = Fields.get(filter, "typed_config");
      String type = Fields.text(config, "@type");
      if (type.endsWith("HttpConnectionManager")) {
        String name = Fields.text(config, "rds", "route_config_name");
        return name.isEmpty() ? inline(Fields.get(config, "route_config")) : "Route: " + name;
      }
      if (type.endsWith("TcpProxy")) {
        return forward(config);
      }
    }
    return "Non-HTTP/Non-TCP";
  }

  private static String inline(@Nullable SourceNode routes) {
    List<String> matches = new ArrayList<>();
    for (SourceMap host : Fields.list(routes, "virtual_hosts")) {
      for (SourceMap route : Fields.list(host, "routes")) {
        matches.add(RouteTable.match(route));
      }
    }
    return "Inline Route: " + String.join(", ", matches);
  }

  private static String forward(@Nullable SourceNode proxy) {
    String cluster = Fields.text(proxy, "cluster");
    if (!cluster.isEmpty()) {
      return cluster.endsWith("Cluster") ? cluster : "Cluster: " + cluster;
    }
    List<String> shares = new ArrayList<>();
    for (SourceMap share : Fields.list(proxy, "weighted_clusters", "clusters")) {
      shares.add(Fields.text(share, "name") + " (" + Fields.text(share, "weight") + ")");
    }
    return "Weighted Clusters: " + String.join(", ", shares);
  }
}
