package io.weir.controlplane.registry;

import io.weir.controlplane.config.ServiceEntry.Resolution;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A host that proxies can be sent to.
 *
 * @param addresses virtual addresses, possibly networks
 * @param external whether it is outside of the mesh
 * @param exportTo namespaces that see it, {@code *} for all
 * @param configName the ServiceEntry that declares it
 */
public record Service(
    ServiceKey key,
    List<String> addresses,
    List<ServicePort> ports,
    Resolution resolution,
    boolean external,
    List<String> exportTo,
    List<String> subjectAltNames,
    String configName,
    @Nullable Instant created) {

  public String hostname() {
    return key.hostname();
  }

  public String namespace() {
    return key.namespace();
  }

  public @Nullable ServicePort port(int number) {
    for (ServicePort port : ports) {
      if (port.number() == number) {
        return port;
      }
    }
    return null;
  }

  /** Whether proxies of a namespace see the service. */
  public boolean visibleIn(String namespace) {
    return exportTo.contains("*") || exportTo.contains(namespace);
  }

  /** The first virtual address that is one address, or empty. */
  public String address() {
    return addresses.isEmpty() || addresses.getFirst().contains("/") ? "" : addresses.getFirst();
  }

  /** The virtual addresses that are networks. */
  public List<String> networks() {
    return addresses.stream().filter(address -> address.contains("/")).toList();
  }
}
