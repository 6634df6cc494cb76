package io.weir.controlplane.registry;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigKey;
import io.weir.controlplane.config.ServiceEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All services and their endpoints at one moment. Immutable.
 *
 * @param parts by ServiceEntry, for the next registry
 * @param services oldest first, then by host name, which decides conflicts
 */
public record ServiceRegistry(
    List<Service> services,
    Map<ServiceKey, List<Endpoint>> endpoints,
    SortedMap<String, List<Service>> byHostname,
    Map<String, List<Instance>> byAddress,
    Map<ConfigKey, Part> parts) {

  /**
   * What one ServiceEntry contributes.
   *
   * @param fixed whether it does not depend on WorkloadEntries
   */
  record Part(Config<ServiceEntry> entry, Map<Service, List<Endpoint>> services, boolean fixed) {}

  /** An endpoint and the service that it belongs to. */
  public record Instance(Service service, Endpoint endpoint) {}

  static ServiceRegistry of(
      List<Service> services,
      Map<ServiceKey, List<Endpoint>> endpoints,
      Map<ConfigKey, Part> parts) {
    TreeMap<String, List<Service>> byHostname = new TreeMap<>();
    for (Service service : services) {
      byHostname.merge(
          service.hostname(),
          List.of(service),
          (a, b) -> java.util.stream.Stream.concat(a.stream(), b.stream()).toList());
    }
    Map<String, List<Instance>> byAddress = new HashMap<>();
    for (Service service : services) {
      for (Endpoint endpoint : endpoints.getOrDefault(service.key(), List.of())) {
        byAddress
            .computeIfAbsent(endpoint.address(), _ -> new ArrayList<>())
            .add(new Instance(service, endpoint));
      }
    }
    return new ServiceRegistry(
        List.copyOf(services),
        Collections.unmodifiableMap(endpoints),
        byHostname,
        Collections.unmodifiableMap(byAddress),
        Collections.unmodifiableMap(parts));
  }

  public List<Endpoint> endpoints(Service service) {
    return endpoints.getOrDefault(service.key(), List.of());
  }

  /** The services that are not, or whose endpoints are not, as they were in another registry. */
  public Set<ServiceKey> changedSince(ServiceRegistry before) {
    Set<ServiceKey> changed = new HashSet<>();
    parts.forEach(
        (entry, part) -> {
          if (before.parts.get(entry) != part) {
            part.services().keySet().forEach(service -> changed.add(service.key()));
          }
        });
    return changed;
  }

  /** Where a workload with these addresses is an endpoint, in the order of the services. */
  public List<Instance> instances(Collection<String> addresses) {
    if (addresses.size() == 1) {
      return byAddress.getOrDefault(addresses.iterator().next(), List.of());
    }
    Set<String> wanted = Set.copyOf(addresses);
    List<Instance> found = new ArrayList<>();
    if (wanted.stream().noneMatch(byAddress::containsKey)) {
      return found;
    }
    for (Service service : services) {
      for (Endpoint endpoint : endpoints(service)) {
        if (wanted.contains(endpoint.address())) {
          found.add(new Instance(service, endpoint));
        }
      }
    }
    return found;
  }

  /** The service of a host that a namespace sees; its own before others'. */
  public @Nullable Service visible(String hostname, String namespace) {
    Service found = null;
    for (Service service : byHostname.getOrDefault(hostname, List.of())) {
      if (service.namespace().equals(namespace)) {
        return service;
      }
      if (found == null && service.visibleIn(namespace)) {
        found = service;
      }
    }
    return found;
  }
}
