package io.weir.proxy.upstream;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.weir.filter.Metadata;
import io.weir.filter.NodeInfo.Locality;
import io.weir.filter.Problems;
import io.weir.proxy.cluster.Endpoint;
import io.weir.proxy.cluster.EndpointHealth;
import io.weir.proxy.extension.ProtoValues;
import io.weir.proxy.extension.RuntimeFraction;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code envoy.config.endpoint.v3.ClusterLoadAssignment}. */
public final class AssignmentLoader {
  private static final int MAX_PRIORITY = 128;

  private AssignmentLoader() {}

  /**
   * @param names whether endpoints may have names instead of addresses
   * @return null when problems were reported
   */
  public static @Nullable Assignment load(
      ClusterLoadAssignment message, boolean names, Problems problems) {
    int before = problems.count();
    var endpoints = new ArrayList<Endpoint>();
    var weights = new ArrayList<Map<Locality, Integer>>();
    for (int i = 0; i < message.getEndpointsCount(); i++) {
      LocalityLbEndpoints locality = message.getEndpoints(i);
      Problems at = problems.at("endpoints[" + i + "]");
      int priority = locality.getPriority();
      if (priority > MAX_PRIORITY) {
        at.add("priority", "is above " + MAX_PRIORITY, "");
        continue;
      }
      while (weights.size() <= priority) {
        weights.add(new HashMap<>());
      }
      Locality where = ProtoValues.of(locality.getLocality());
      if (locality.hasLoadBalancingWeight()) {
        weights.get(priority).put(where, locality.getLoadBalancingWeight().getValue());
      }
      List<LbEndpoint> list =
          locality.hasLoadBalancerEndpoints()
              ? locality.getLoadBalancerEndpoints().getLbEndpointsList()
              : locality.getLbEndpointsList();
      for (int j = 0; j < list.size(); j++) {
        Endpoint endpoint =
            endpoint(
                list.get(j), where, priority, names, message, at.at("lb_endpoints[" + j + "]"));
        if (endpoint != null) {
          endpoints.add(endpoint);
        }
      }
    }
    if (problems.count() > before) {
      return null;
    }
    var policy = message.getPolicy();
    double drop = 0;
    for (var overload : policy.getDropOverloadsList()) {
      var fraction = overload.getDropPercentage();
      drop += 100.0 * fraction.getNumerator() / RuntimeFraction.denominator(fraction);
    }
    return new Assignment(
        endpoints,
        weights.stream().map(Map::copyOf).toList(),
        policy.hasOverprovisioningFactor()
            ? policy.getOverprovisioningFactor().getValue()
            : Assignment.DEFAULT_OVERPROVISIONING,
        policy.getWeightedPriorityHealth(),
        Math.min(100, drop),
        Millis.of(policy.getEndpointStaleAfter()));
  }

  private static @Nullable Endpoint endpoint(
      LbEndpoint message,
      Locality locality,
      int priority,
      boolean names,
      ClusterLoadAssignment assignment,
      Problems problems) {
    var endpoint = message.getEndpoint();
    Problems at = problems.at("endpoint");
    if (message.hasEndpointName()) {
      var named = assignment.getNamedEndpointsMap().get(message.getEndpointName());
      if (named == null) {
        problems.add("endpoint_name", "unknown endpoint " + message.getEndpointName(), "");
        return null;
      }
      endpoint = named;
    }
    SocketAddress address = Addresses.load(endpoint.getAddress(), names, at.at("address"));
    if (address == null) {
      return null;
    }
    var additional = new ArrayList<SocketAddress>();
    for (int i = 0; i < endpoint.getAdditionalAddressesCount(); i++) {
      SocketAddress other =
          Addresses.load(
              endpoint.getAdditionalAddresses(i).getAddress(),
              false,
              at.at("additional_addresses[" + i + "].address"));
      if (other != null) {
        additional.add(other);
      }
    }
    var check = endpoint.getHealthCheckConfig();
    SocketAddress checked = healthCheckAddress(check, address, at.at("health_check_config"));
    Metadata metadata = ProtoValues.of(message.getMetadata());
    return new Endpoint(
        address,
        checked,
        check.getHostname(),
        endpoint.getHostname(),
        metadata,
        locality,
        priority,
        message.hasLoadBalancingWeight() ? message.getLoadBalancingWeight().getValue() : 1,
        EndpointHealth.values()[message.getHealthStatusValue() % EndpointHealth.values().length],
        !check.getDisableActiveHealthCheck(),
        additional);
  }

  private static SocketAddress healthCheckAddress(
      io.envoyproxy.envoy.config.endpoint.v3.Endpoint.HealthCheckConfig check,
      SocketAddress address,
      Problems problems) {
    if (check.hasAddress()) {
      SocketAddress other = Addresses.load(check.getAddress(), false, problems.at("address"));
      return other == null ? address : other;
    }
    if (check.getPortValue() == 0 || !(address instanceof InetSocketAddress inet)) {
      return address;
    }
    return inet.isUnresolved()
        ? InetSocketAddress.createUnresolved(inet.getHostString(), check.getPortValue())
        : new InetSocketAddress(inet.getAddress(), check.getPortValue());
  }
}
