package io.weir.controlplane.registry;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All services and their endpoints at one moment. Immutable.
 *
 * @param services oldest first, then by host name, which decides conflicts
 */
public record ServiceRegistry(
    List<Service> services,
    Map<ServiceKey, List<Endpoint>> endpoints,
    SortedMap<String, List<Service>> byHostname) {

  static ServiceRegistry of(List<Service> services, Map<ServiceKey, List<Endpoint>> endpoints) {
    TreeMap<String, List<Service>> byHostname = new TreeMap<>();
    for (Service service : services) {
      byHostname.merge(
          service.hostname(),
          List.of(service),
          (a, b) -> java.util.stream.Stream.concat(a.stream(), b.stream()).toList());
    }
    return new ServiceRegistry(List.copyOf(services), Map.copyOf(endpoints), byHostname);
  }

  public List<Endpoint> endpoints(Service service) {
    return endpoints.getOrDefault(service.key(), List.of());
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
