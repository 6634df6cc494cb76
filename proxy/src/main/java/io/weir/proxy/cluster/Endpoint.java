package io.weir.proxy.cluster;

import io.weir.filter.Metadata;
import io.weir.filter.NodeInfo.Locality;
import io.weir.filter.Value;
import java.net.SocketAddress;
import java.util.List;

/**
 * What a configuration says about a host. Immutable.
 *
 * @param healthCheckAddress where active health checks connect; the address itself unless set
 * @param healthCheckHostname {@code health_check_config.hostname}, empty when not set
 * @param hostname {@code Endpoint.hostname} or the name that was resolved; may be empty
 * @param weight 1 to 2^31 − 1
 * @param healthChecked whether active health checks apply
 * @param additional addresses to try when the first cannot be reached
 */
public record Endpoint(
    SocketAddress address,
    SocketAddress healthCheckAddress,
    String healthCheckHostname,
    String hostname,
    Metadata metadata,
    Locality locality,
    int priority,
    int weight,
    EndpointHealth health,
    boolean healthChecked,
    List<SocketAddress> additional) {

  public Endpoint {
    additional = List.copyOf(additional);
  }

  /** An endpoint of one address. */
  public Endpoint(
      SocketAddress address,
      SocketAddress healthCheckAddress,
      String healthCheckHostname,
      String hostname,
      Metadata metadata,
      Locality locality,
      int priority,
      int weight,
      EndpointHealth health,
      boolean healthChecked) {
    this(
        address,
        healthCheckAddress,
        healthCheckHostname,
        hostname,
        metadata,
        locality,
        priority,
        weight,
        health,
        healthChecked,
        List.of());
  }

  /** An endpoint with nothing but an address. */
  public static Endpoint of(SocketAddress address) {
    return new Endpoint(
        address,
        address,
        "",
        "",
        Metadata.EMPTY,
        Locality.NONE,
        0,
        1,
        EndpointHealth.UNKNOWN,
        true);
  }

  /** Whether metadata marks the host as a canary. */
  public boolean canary() {
    return metadata != Metadata.EMPTY
        && metadata.find("envoy.lb", "canary") instanceof Value.BoolValue(boolean canary)
        && canary;
  }

  /** The same endpoint at another address, for names that resolve to several. */
  public Endpoint at(SocketAddress other, SocketAddress healthCheck) {
    return new Endpoint(
        other,
        healthCheck,
        healthCheckHostname,
        hostname,
        metadata,
        locality,
        priority,
        weight,
        health,
        healthChecked,
        additional);
  }

  /** The same endpoint with other addresses to try when the first cannot be reached. */
  public Endpoint withAdditional(List<SocketAddress> others) {
    return new Endpoint(
        address,
        healthCheckAddress,
        healthCheckHostname,
        hostname,
        metadata,
        locality,
        priority,
        weight,
        health,
        healthChecked,
        others);
  }

  public Endpoint withHostname(String name) {
    return new Endpoint(
        address,
        healthCheckAddress,
        healthCheckHostname,
        name,
        metadata,
        locality,
        priority,
        weight,
        health,
        healthChecked,
        additional);
  }
}
