package io.weir.controlplane.analyze;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.config.Port;
import io.weir.controlplane.config.Selector;
import io.weir.controlplane.config.ServiceEntry;
import io.weir.controlplane.config.ServiceEntry.Resolution;
import io.weir.controlplane.config.Sidecar;
import io.weir.controlplane.config.WorkloadEntry;
import io.weir.controlplane.registry.Endpoint;
import io.weir.controlplane.registry.Protocol;
import io.weir.controlplane.registry.Service;
import java.util.HashMap;
import java.util.Map;

/** ServiceEntries that cannot work as they are. */
final class ServiceAnalyzer {

  private final World world;

  ServiceAnalyzer(World world) {
    this.world = world;
  }

  void run() {
    Map<String, Config<ServiceEntry>> ports = new HashMap<>();
    for (Config<ServiceEntry> config : world.list(Kind.SERVICE_ENTRY, ServiceEntry.class)) {
      ServiceEntry spec = config.spec();
      for (int i = 0; i < spec.ports().size(); i++) {
        Port port = spec.ports().get(i);
        Protocol protocol = Protocol.parse(port.protocol());
        addresses(config, protocol, i);
        for (String host : spec.hosts()) {
          protocols(config, host, port, protocol, i, ports);
        }
      }
      names(config);
    }
    for (Config<Sidecar> config : world.list(Kind.SIDECAR, Sidecar.class)) {
      ingress(config);
    }
  }

  private void addresses(Config<ServiceEntry> config, Protocol protocol, int index) {
    if ((protocol == Protocol.TCP || protocol == Protocol.UNKNOWN)
        && config.spec().resolution() == Resolution.NONE
        && config.spec().addresses().isEmpty()) {
      world.find(
          Code.SERVICE_ENTRY_ADDRESSES_REQUIRED,
          config,
          "spec.ports[" + index + "]",
          "without addresses, all TCP traffic to this port is taken for this service",
          "set addresses");
    }
  }

  /** Workloads that a service selects are left out of it where they have a name only. */
  private void names(Config<ServiceEntry> config) {
    Selector selector = config.spec().workloadSelector();
    if (selector == null || config.spec().resolution() != Resolution.STATIC) {
      return;
    }
    for (Config<WorkloadEntry> workload : world.list(Kind.WORKLOAD_ENTRY, WorkloadEntry.class)) {
      if (workload.namespace().equals(config.namespace())
          && selector.selects(workload.spec().labels())
          && !Endpoint.isAddress(workload.spec().address())) {
        world.find(
            Code.ENDPOINT_NEEDS_ADDRESS,
            workload,
            "spec.address",
            "is a name, which " + config.key() + " with resolution STATIC cannot use",
            "write an address, or resolution DNS");
      }
    }
  }

  private void protocols(
      Config<ServiceEntry> config,
      String host,
      Port port,
      Protocol protocol,
      int index,
      Map<String, Config<ServiceEntry>> ports) {
    Config<ServiceEntry> first = ports.putIfAbsent(host + ":" + port.number(), config);
    if (first == null || first.key().equals(config.key())) {
      return;
    }
    for (Port other : first.spec().ports()) {
      if (other.number() == port.number() && Protocol.parse(other.protocol()) != protocol) {
        world.find(
            Code.CONFLICTING_SERVICE_ENTRY_PROTOCOL,
            config,
            "spec.ports[" + index + "].protocol",
            first.key() + " says " + other.protocol() + " for " + host + ":" + port.number(),
            "agree on one");
      }
    }
  }

  /** Without interception a port of the workload hides a service on the same port. */
  private void ingress(Config<Sidecar> config) {
    for (int i = 0; i < config.spec().ingress().size(); i++) {
      Sidecar.Ingress ingress = config.spec().ingress().get(i);
      if (ingress.port() == null || !ingress.bind().equals("127.0.0.1")) {
        continue;
      }
      int port = ingress.port().number();
      for (Service service : world.registry().services()) {
        boolean own =
            world.registry().endpoints(service).stream()
                .anyMatch(endpoint -> isOf(config, endpoint));
        if (service.port(port) != null && !own && service.visibleIn(config.namespace())) {
          world.find(
              Code.LISTENER_TAKEN,
              config,
              "spec.ingress[" + i + "].port",
              "without interception the workload cannot call "
                  + service.hostname()
                  + ", which has the same port",
              "use another port");
        }
      }
    }
  }

  private static boolean isOf(Config<Sidecar> config, Endpoint endpoint) {
    var selector = config.spec().workloadSelector();
    return selector == null || selector.selects(endpoint.labels());
  }
}
