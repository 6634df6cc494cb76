package io.weir.cli.inspect;

import io.weir.xds.codec.SourceMap;
import java.util.ArrayList;
import java.util.List;

/** Routes with istioctl's columns. */
public final class RouteTable {

  private static final int SHOWN_DOMAINS = 2;

  private RouteTable() {}

  public static List<ProxyDump.Item> select(ProxyDump dump, Filter filter) {
    List<ProxyDump.Item> found = new ArrayList<>();
    for (ProxyDump.Item item : dump.of(ProxyDump.Section.ROUTE)) {
      if (Filter.fits(filter.name(), item.name())) {
        found.add(item);
      }
    }
    return found;
  }

  public static String text(ProxyDump dump, Filter filter) {
    TextTable table = new TextTable("NAME", "VHOST NAME", "DOMAINS", "MATCH", "VIRTUAL SERVICE");
    for (ProxyDump.Item item : select(dump, filter)) {
      for (SourceMap host : Fields.list(item.resource(), "virtual_hosts")) {
        String name = Fields.text(host, "name");
        List<SourceMap> routes = Fields.list(host, "routes");
        String domains = domains(Fields.texts(host, "domains"));
        if (routes.isEmpty()) {
          table.row(item.name(), name, domains, "/*", "404");
        }
        for (SourceMap route : routes) {
          table.row(item.name(), name, domains, match(route), Fields.origin(route));
        }
      }
    }
    return table.toString();
  }

  private static String domains(List<String> domains) {
    int shown = Math.min(SHOWN_DOMAINS, domains.size());
    String text = String.join(", ", domains.subList(0, shown));
    int more = domains.size() - shown;
    return more > 0 ? text + " + " + more + " more..." : text;
  }

  /** A route's path as istioctl writes it: a star stands for what may follow. */
  static String match(SourceMap route) {
    String prefix = Fields.text(route, "match", "prefix");
    if (!prefix.isEmpty()) {
      return prefix + "*";
    }
    String separated = Fields.text(route, "match", "path_separated_prefix");
    if (!separated.isEmpty()) {
      return "PathPrefix:" + separated;
    }
    String path = Fields.text(route, "match", "path");
    if (!path.isEmpty()) {
      return path;
    }
    String regex = Fields.text(route, "match", "safe_regex", "regex");
    return regex.isEmpty() ? "UNKNOWN" : "regex " + regex;
  }
}
