package io.weir.cli.inspect;

import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Endpoints with istioctl's columns: live states from {@code /clusters?format=json} if given. */
public final class EndpointTable {

  private EndpointTable() {}

  public static String text(ProxyDump dump, @Nullable SourceNode clusters, Filter filter) {
    TextTable table = new TextTable("ENDPOINT", "STATUS", "OUTLIER CHECK", "CLUSTER");
    if (clusters != null) {
      for (SourceMap cluster : Fields.list(clusters, "cluster_statuses")) {
        String name = Fields.text(cluster, "name");
        for (SourceMap host : Fields.list(cluster, "host_statuses")) {
          live(table, name, host, filter);
        }
      }
      return table.toString();
    }
    Set<String> told = new HashSet<>();
    for (ProxyDump.Item item : dump.of(ProxyDump.Section.ENDPOINT)) {
      told.add(item.name());
      assigned(table, Fields.text(item.resource(), "cluster_name"), item.resource(), filter);
    }
    for (ProxyDump.Item item : dump.of(ProxyDump.Section.CLUSTER)) {
      SourceNode inline = Fields.get(item.resource(), "load_assignment");
      if (inline != null && !told.contains(item.name())) {
        assigned(table, item.name(), inline, filter);
      }
    }
    return table.toString();
  }

  private static void live(TextTable table, String cluster, SourceMap host, Filter filter) {
    String address = Fields.address(Fields.get(host, "address"));
    if (!fits(cluster, address, filter)) {
      return;
    }
    SourceNode health = Fields.get(host, "health_status");
    String eds = Fields.text(health, "eds_health_status");
    boolean failed =
        Fields.text(health, "failed_active_health_check").equals("true")
            || eds.equals("UNHEALTHY")
            || eds.equals("TIMEOUT");
    String outlier = Fields.text(health, "failed_outlier_check").equals("true") ? "FAILED" : "OK";
    String status = failed ? "UNHEALTHY" : eds.equals("DRAINING") ? "DRAINING" : "HEALTHY";
    table.row(address, status, outlier, cluster);
  }

  private static void assigned(
      TextTable table, String cluster, SourceNode assignment, Filter filter) {
    for (SourceMap group : Fields.list(assignment, "endpoints")) {
      for (SourceMap endpoint : Fields.list(group, "lb_endpoints")) {
        String address = Fields.address(Fields.get(endpoint, "endpoint", "address"));
        if (fits(cluster, address, filter)) {
          String status = Fields.text(endpoint, "health_status");
          table.row(
              address,
              status.isEmpty() || status.equals("UNKNOWN") ? "HEALTHY" : status,
              "OK",
              cluster);
        }
      }
    }
  }

  private static boolean fits(String cluster, String address, Filter filter) {
    int colon = address.lastIndexOf(':');
    String port = colon < 0 ? "" : address.substring(colon + 1);
    String host = colon < 0 ? address : address.substring(0, colon);
    return Filter.fits(filter.name(), cluster)
        && Filter.fits(filter.fqdn(), ClusterTable.Name.of(cluster).fqdn())
        && Filter.fits(filter.address(), host)
        && (filter.port() == 0 || port.equals(Integer.toString(filter.port())));
  }
}
