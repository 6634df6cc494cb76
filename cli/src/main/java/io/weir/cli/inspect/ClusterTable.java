package io.weir.cli.inspect;

import io.weir.xds.codec.SourceMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Clusters with istioctl's columns. */
public final class ClusterTable {

  private ClusterTable() {}

  /** An Istio cluster's name taken apart; a dash for what it does not say. */
  record Name(String fqdn, String port, String subset, String direction) {

    static Name of(String name) {
      String[] parts = name.split("\\|", -1);
      return parts.length == 4
          ? new Name(parts[3].isEmpty() ? "" : parts[3], parts[1], dash(parts[2]), parts[0])
          : new Name(name, "-", "-", "-");
    }

    private static String dash(String text) {
      return text.isEmpty() ? "-" : text;
    }
  }

  /** The clusters that a filter lets through. */
  public static List<ProxyDump.Item> select(ProxyDump dump, Filter filter) {
    List<ProxyDump.Item> found = new ArrayList<>();
    for (ProxyDump.Item item : dump.of(ProxyDump.Section.CLUSTER)) {
      Name name = Name.of(item.name());
      if (Filter.fits(filter.name(), item.name())
          && Filter.fits(filter.fqdn(), name.fqdn())
          && Filter.fits(filter.direction(), name.direction())
          && Filter.fits(filter.subset(), name.subset())
          && (filter.port() == 0 || name.port().equals(Integer.toString(filter.port())))) {
        found.add(item);
      }
    }
    found.sort(Comparator.comparing(item -> Name.of(item.name()).fqdn() + item.name()));
    return found;
  }

  public static String text(ProxyDump dump, Filter filter) {
    TextTable table =
        new TextTable("SERVICE FQDN", "PORT", "SUBSET", "DIRECTION", "TYPE", "DESTINATION RULE");
    for (ProxyDump.Item item : select(dump, filter)) {
      SourceMap cluster = item.resource();
      Name name = Name.of(item.name());
      String type = Fields.text(cluster, "type");
      if (type.isEmpty()) {
        String custom = Fields.text(cluster, "cluster_type", "name");
        type = custom.isEmpty() ? "STATIC" : custom;
      }
      table.row(
          name.fqdn(),
          name.port(),
          name.subset(),
          name.direction(),
          type + state(item),
          rule(cluster));
    }
    return table.toString();
  }

  private static String rule(SourceMap cluster) {
    String config = Fields.text(cluster, "metadata", "filter_metadata", "istio", "config");
    return config.contains("/destination-rule/") ? Fields.origin(cluster) : "";
  }

  static String state(ProxyDump.Item item) {
    return item.state().equals("warming") ? " (warming)" : "";
  }
}
