package io.weir.controlplane.registry;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigKey;
import io.weir.controlplane.config.ConfigSnapshot;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.config.Port;
import io.weir.controlplane.config.ServiceEntry;
import io.weir.controlplane.config.ServiceEntry.Resolution;
import io.weir.controlplane.config.WorkloadEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the registry from a snapshot of the configuration. */
public final class RegistryBuilder {

  private RegistryBuilder() {}

  /**
   * All services of the snapshot's ServiceEntries.
   *
   * @param before the registry of an earlier snapshot, from which what did not change is taken
   */
  public static ServiceRegistry build(
      ConfigSnapshot snapshot, MeshConfig mesh, @Nullable ServiceRegistry before) {
    List<Config<WorkloadEntry>> workloads = snapshot.list(Kind.WORKLOAD_ENTRY, WorkloadEntry.class);
    Map<ConfigKey, ServiceRegistry.Part> parts = new HashMap<>();
    Map<ServiceKey, Service> byKey = new LinkedHashMap<>();
    Map<ServiceKey, List<Endpoint>> endpoints = new HashMap<>();
    List<Config<ServiceEntry>> entries =
        new ArrayList<>(snapshot.list(Kind.SERVICE_ENTRY, ServiceEntry.class));
    entries.sort(
        Comparator.<Config<ServiceEntry>, Config<?>>comparing(c -> c, Config.OLDEST_FIRST));
    for (Config<ServiceEntry> entry : entries) {
      ServiceRegistry.Part known = before == null ? null : before.parts().get(entry.key());
      ServiceRegistry.Part part =
          known != null && known.entry() == entry && known.fixed()
              ? known
              : part(entry, mesh, workloads, known);
      parts.put(entry.key(), part);
      part.services()
          .forEach(
              (service, own) -> {
                byKey.merge(service.key(), service, RegistryBuilder::joined);
                endpoints.merge(service.key(), own, RegistryBuilder::concat);
              });
    }
    List<Service> services = new ArrayList<>(byKey.values());
    services.sort(
        Comparator.comparing(
                (Service s) -> s.created() == null ? java.time.Instant.EPOCH : s.created())
            .thenComparing(Service::hostname)
            .thenComparing(Service::namespace));
    return ServiceRegistry.of(services, endpoints, parts);
  }

  private static ServiceRegistry.Part part(
      Config<ServiceEntry> entry,
      MeshConfig mesh,
      List<Config<WorkloadEntry>> workloads,
      ServiceRegistry.@Nullable Part before) {
    Map<Service, List<Endpoint>> services = new LinkedHashMap<>();
    for (String host : entry.spec().hosts()) {
      Service service = service(entry, host, mesh);
      services.put(service, endpoints(entry, service, workloads));
    }
    boolean fixed = entry.spec().workloadSelector() == null;
    ServiceRegistry.Part part = new ServiceRegistry.Part(entry, services, fixed);
    return before != null && before.entry() == entry && before.services().equals(services)
        ? before
        : part;
  }

  private static Service service(Config<ServiceEntry> entry, String host, MeshConfig mesh) {
    ServiceEntry spec = entry.spec();
    List<ServicePort> ports = new ArrayList<>();
    for (Port port : spec.ports()) {
      ports.add(
          new ServicePort(
              port.number(),
              port.name(),
              Protocol.parse(port.protocol()),
              port.targetPort() == 0 ? port.number() : port.targetPort()));
    }
    return new Service(
        new ServiceKey(host, entry.namespace()),
        spec.addresses().stream().map(RegistryBuilder::plain).toList(),
        List.copyOf(ports),
        spec.resolution(),
        spec.location() == ServiceEntry.Location.MESH_EXTERNAL,
        Visibility.exportTo(spec.exportTo(), mesh.defaultServiceExportTo(), entry.namespace()),
        spec.subjectAltNames(),
        entry.name(),
        entry.meta().created());
  }

  /** A network of one address is that address. */
  private static String plain(String address) {
    boolean single = address.endsWith("/32") && !address.contains(":") || address.endsWith("/128");
    return single ? address.substring(0, address.indexOf('/')) : address;
  }

  private static Service joined(Service first, Service second) {
    List<ServicePort> ports = new ArrayList<>(first.ports());
    for (ServicePort port : second.ports()) {
      if (first.port(port.number()) == null) {
        ports.add(port);
      }
    }
    return new Service(
        first.key(),
        first.addresses().isEmpty() ? second.addresses() : first.addresses(),
        List.copyOf(ports),
        first.resolution(),
        first.external(),
        first.exportTo(),
        first.subjectAltNames(),
        first.configName(),
        first.created());
  }

  private static List<Endpoint> endpoints(
      Config<ServiceEntry> entry, Service service, List<Config<WorkloadEntry>> workloads) {
    ServiceEntry spec = entry.spec();
    List<Endpoint> endpoints = new ArrayList<>();
    if (spec.workloadSelector() != null) {
      for (Config<WorkloadEntry> workload : workloads) {
        if (workload.namespace().equals(entry.namespace())
            && spec.workloadSelector().selects(workload.spec().labels())) {
          add(endpoints, service, workload.spec(), entry.namespace(), workload.name());
        }
      }
    } else if (spec.endpoints().isEmpty() && isDns(spec.resolution())) {
      WorkloadEntry itself =
          new WorkloadEntry(service.hostname(), Map.of(), Map.of(), "", "", 0, "");
      add(endpoints, service, itself, entry.namespace(), entry.name());
    }
    for (int i = 0; i < spec.endpoints().size(); i++) {
      add(endpoints, service, spec.endpoints().get(i), entry.namespace(), entry.name() + "-" + i);
    }
    return endpoints;
  }

  private static void add(
      List<Endpoint> endpoints,
      Service service,
      WorkloadEntry entry,
      String namespace,
      String workload) {
    if (service.resolution() == Resolution.STATIC && !Endpoint.isAddress(entry.address())) {
      // A client would refuse all endpoints of the service for one that is a name.
      return;
    }
    for (ServicePort port : service.ports()) {
      endpoints.add(
          new Endpoint(
              entry.address(),
              port.number(),
              entry.ports().getOrDefault(port.name(), port.targetPort()),
              entry.labels(),
              entry.locality().isEmpty() ? LocalityLabel.of(entry.labels()) : entry.locality(),
              entry.weight() == 0 ? 1 : entry.weight(),
              entry.network(),
              entry.serviceAccount(),
              namespace,
              workload));
    }
  }

  private static boolean isDns(Resolution resolution) {
    return switch (resolution) {
      case DNS, DNS_ROUND_ROBIN, DYNAMIC_DNS -> true;
      case NONE, STATIC -> false;
    };
  }

  private static List<Endpoint> concat(List<Endpoint> a, List<Endpoint> b) {
    List<Endpoint> all = new ArrayList<>(a);
    all.addAll(b);
    return List.copyOf(all);
  }
}
