package io.weir.controlplane.push;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.Port;
import io.weir.controlplane.config.Sidecar;
import io.weir.controlplane.config.VirtualService;
import io.weir.controlplane.registry.Service;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one sidecar sees of the mesh.
 *
 * @param config the Sidecar resource that says so, if any
 * @param services of all egress listeners, in the registry's order
 * @param virtualServices for the mesh, of all egress listeners, oldest first
 */
public record SidecarScope(
    @Nullable Config<Sidecar> config,
    List<Egress> egress,
    List<Service> services,
    List<Config<VirtualService>> virtualServices) {

  /**
   * One egress listener.
   *
   * @param port set when its services are reached through one port
   */
  public record Egress(
      @Nullable Port port,
      String bind,
      Sidecar.CaptureMode captureMode,
      List<Service> services,
      List<Config<VirtualService>> virtualServices) {}

  /** The service of a host, as this proxy sees it. */
  public @Nullable Service service(String hostname) {
    for (Service service : services) {
      if (service.hostname().equals(hostname)) {
        return service;
      }
    }
    return null;
  }

  /** All services by host name. */
  public Map<String, Service> byHostname() {
    Map<String, Service> byHostname = new TreeMap<>();
    services.forEach(service -> byHostname.putIfAbsent(service.hostname(), service));
    return byHostname;
  }
}
