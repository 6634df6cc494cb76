package io.weir.proxy.admin;

import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.weir.filter.NodeInfo;
import io.weir.proxy.cluster.CircuitBreakers;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostFlag;
import io.weir.proxy.cluster.HostStats;
import io.weir.proxy.cluster.LocalityHosts;
import io.weir.proxy.cluster.PriorityHosts;
import io.weir.proxy.extension.ProtoValues;
import io.weir.proxy.upstream.UpstreamCluster;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Clusters and their hosts in the forms of {@code /clusters} and {@code /config_dump}. */
final class ClusterStatuses {
  private static final CircuitBreakers.Resource[] LIMITS = {
    CircuitBreakers.Resource.CONNECTIONS,
    CircuitBreakers.Resource.PENDING_REQUESTS,
    CircuitBreakers.Resource.REQUESTS,
    CircuitBreakers.Resource.RETRIES
  };

  // Requests wait for a connection of the cluster here, not of a host.
  private static final String PENDING = "rq_pending_active";

  private ClusterStatuses() {}

  // ---- text

  static String text(List<UpstreamCluster> clusters) {
    var text = new StringBuilder();
    for (UpstreamCluster cluster : clusters) {
      String name = cluster.name();
      line(text, name, "observability_name", cluster.config().statName());
      limits(text, cluster, false);
      limits(text, cluster, true);
      line(text, name, "added_via_api", cluster.addedViaApi());
      for (Host host : cluster.hosts()) {
        host(text, name + "::" + host.addressText(), host);
      }
    }
    return text.toString();
  }

  private static void limits(StringBuilder text, UpstreamCluster cluster, boolean high) {
    String scope = cluster.name() + "::" + (high ? "high_priority" : "default_priority");
    for (CircuitBreakers.Resource resource : LIMITS) {
      line(text, scope, resource.field(), cluster.breakers(high).limit(resource).max());
    }
  }

  private static void host(StringBuilder text, String scope, Host host) {
    for (HostStats.Kind kind : HostStats.Kind.values()) {
      if (kind == HostStats.Kind.RQ_SUCCESS) {
        line(text, scope, PENDING, 0);
      }
      line(text, scope, kind.text(), host.stats().value(kind));
    }
    NodeInfo.Locality locality = host.locality();
    line(text, scope, "hostname", host.hostname());
    line(text, scope, "health_flags", healthFlags(host));
    line(text, scope, "weight", host.weight());
    line(text, scope, "region", locality.region());
    line(text, scope, "zone", locality.zone());
    line(text, scope, "sub_zone", locality.subZone());
    line(text, scope, "canary", host.endpoint().canary());
    line(text, scope, "priority", host.endpoint().priority());
    line(text, scope, "success_rate", -1);
    line(text, scope, "local_origin_success_rate", -1);
  }

  private static void line(StringBuilder text, String scope, String name, Object value) {
    text.append(scope).append("::").append(name).append("::").append(value).append('\n');
  }

  private static String healthFlags(Host host) {
    var flags = new StringBuilder();
    for (HostFlag flag : HostFlag.values()) {
      if (host.has(flag)) {
        flags.append(flag.text());
      }
    }
    return flags.isEmpty() ? "healthy" : flags.toString();
  }

  // ---- JSON, envoy.admin.v3.Clusters

  static Map<String, Object> json(List<UpstreamCluster> clusters) {
    List<Object> statuses = new ArrayList<>();
    for (UpstreamCluster cluster : clusters) {
      Map<String, Object> status = new LinkedHashMap<>();
      status.put("name", cluster.name());
      if (cluster.addedViaApi()) {
        status.put("added_via_api", true);
      }
      List<Object> hosts = new ArrayList<>();
      cluster.hosts().forEach(host -> hosts.add(host(host)));
      if (!hosts.isEmpty()) {
        status.put("host_statuses", hosts);
      }
      status.put(
          "circuit_breakers",
          Map.of("thresholds", List.of(thresholds(cluster, false), thresholds(cluster, true))));
      status.put("observability_name", cluster.config().statName());
      statuses.add(status);
    }
    return statuses.isEmpty() ? Map.of() : Map.of("cluster_statuses", statuses);
  }

  private static Map<String, Object> thresholds(UpstreamCluster cluster, boolean high) {
    Map<String, Object> thresholds = new LinkedHashMap<>();
    if (high) {
      thresholds.put("priority", "HIGH");
    }
    for (CircuitBreakers.Resource resource : LIMITS) {
      thresholds.put(resource.field(), cluster.breakers(high).limit(resource).max());
    }
    return thresholds;
  }

  private static Map<String, Object> host(Host host) {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("address", ListenersEndpoint.SocketAddresses.json(host.address()));
    List<Object> stats = new ArrayList<>();
    for (boolean gauges : new boolean[] {false, true}) {
      for (HostStats.Kind kind : HostStats.Kind.values()) {
        if (kind.gauge() == gauges) {
          stats.add(stat(kind.text(), gauges, host.stats().value(kind)));
        }
      }
    }
    stats.add(stat(PENDING, true, 0));
    status.put("stats", stats);
    status.put("health_status", health(host));
    status.put("weight", host.weight());
    if (!host.hostname().isEmpty()) {
      status.put("hostname", host.hostname());
    }
    if (host.endpoint().priority() > 0) {
      status.put("priority", host.endpoint().priority());
    }
    status.put("locality", locality(host.locality()));
    return status;
  }

  private static Map<String, Object> stat(String name, boolean gauge, long value) {
    Map<String, Object> stat = new LinkedHashMap<>();
    if (gauge) {
      stat.put("type", "GAUGE");
    }
    stat.put("name", name);
    if (value != 0) {
      stat.put("value", Long.toString(value));
    }
    return stat;
  }

  private static Map<String, Object> health(Host host) {
    Map<String, Object> health = new LinkedHashMap<>();
    for (HostFlag flag : HostFlag.values()) {
      String name = flag.text().substring(1);
      boolean shown =
          switch (flag) {
            case FAILED_EDS_HEALTH, DEGRADED_EDS_HEALTH, EDS_STATUS_DRAINING -> false;
            default -> host.has(flag);
          };
      if (shown) {
        health.put(name.equals("degraded_active_hc") ? "failed_active_degraded_check" : name, true);
      }
    }
    health.put("eds_health_status", edsStatus(host));
    return health;
  }

  private static String edsStatus(Host host) {
    if (host.has(HostFlag.EDS_STATUS_DRAINING)) {
      return "DRAINING";
    }
    if (host.has(HostFlag.FAILED_EDS_HEALTH)) {
      return "UNHEALTHY";
    }
    return host.has(HostFlag.DEGRADED_EDS_HEALTH) ? "DEGRADED" : "HEALTHY";
  }

  private static Map<String, Object> locality(NodeInfo.Locality locality) {
    Map<String, Object> shown = new LinkedHashMap<>();
    put(shown, "region", locality.region());
    put(shown, "zone", locality.zone());
    put(shown, "sub_zone", locality.subZone());
    return shown;
  }

  private static void put(Map<String, Object> map, String key, String text) {
    if (!text.isEmpty()) {
      map.put(key, text);
    }
  }

  // ---- ClusterLoadAssignment

  static Message assignment(UpstreamCluster cluster) {
    var assignment = ClusterLoadAssignment.newBuilder().setClusterName(cluster.name());
    List<PriorityHosts> priorities = cluster.sets().priorities();
    for (int priority = 0; priority < priorities.size(); priority++) {
      for (LocalityHosts hosts : priorities.get(priority).localities()) {
        assignment.addEndpoints(endpoints(hosts, priority));
      }
    }
    assignment
        .getPolicyBuilder()
        .setOverprovisioningFactor(UInt32Value.of(priorities.getFirst().overprovisioning()));
    return assignment.build();
  }

  private static LocalityLbEndpoints endpoints(LocalityHosts hosts, int priority) {
    var endpoints =
        LocalityLbEndpoints.newBuilder()
            .setPriority(priority)
            .setLoadBalancingWeight(UInt32Value.of(hosts.weight()));
    endpoints
        .getLocalityBuilder()
        .setRegion(hosts.locality().region())
        .setZone(hosts.locality().zone())
        .setSubZone(hosts.locality().subZone());
    for (Host host : hosts.hosts()) {
      endpoints.addLbEndpoints(endpoint(host));
    }
    return endpoints.build();
  }

  private static LbEndpoint endpoint(Host host) {
    var endpoint =
        LbEndpoint.newBuilder()
            .setHealthStatus(HealthStatus.valueOf(edsStatus(host).toUpperCase(Locale.ROOT)))
            .setLoadBalancingWeight(UInt32Value.of(host.weight()));
    endpoint.setEndpoint(
        Endpoint.newBuilder()
            .setAddress(address(host))
            .setHostname(host.hostname())
            .setHealthCheckConfig(Endpoint.HealthCheckConfig.getDefaultInstance()));
    if (!host.metadata().namespaces().isEmpty()) {
      host.metadata()
          .namespaces()
          .forEach(
              (name, fields) ->
                  endpoint
                      .getMetadataBuilder()
                      .putFilterMetadata(name, ProtoValues.toProto(fields)));
    }
    return endpoint.build();
  }

  private static Address address(Host host) {
    if (host.address() instanceof InetSocketAddress inet && inet.getAddress() != null) {
      return Address.newBuilder()
          .setSocketAddress(
              SocketAddress.newBuilder()
                  .setAddress(inet.getAddress().getHostAddress())
                  .setPortValue(inet.getPort()))
          .build();
    }
    return Address.newBuilder().setPipe(Pipe.newBuilder().setPath(host.addressText())).build();
  }
}
