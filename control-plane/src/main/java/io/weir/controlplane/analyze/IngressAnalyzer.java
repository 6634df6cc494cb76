package io.weir.controlplane.analyze;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.Destination;
import io.weir.controlplane.config.Gateway;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.config.VirtualService;
import io.weir.controlplane.config.VirtualService.HttpDestination;
import io.weir.controlplane.registry.Endpoint;
import io.weir.controlplane.registry.Hostname;
import io.weir.controlplane.registry.Service;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What comes in through gateways: rules that do not reach it, and ports that nobody can reach. */
final class IngressAnalyzer {
  private static final String MESH = "mesh";

  private final World world;

  IngressAnalyzer(World world) {
    this.world = world;
  }

  void run() {
    Map<String, Config<VirtualService>> split = subsetsOfMesh();
    for (Config<VirtualService> config : world.list(Kind.VIRTUAL_SERVICE, VirtualService.class)) {
      if (!isOfMesh(config)) {
        destinations(config, split);
      }
    }
    for (Config<Gateway> config : world.list(Kind.GATEWAY, Gateway.class)) {
      ports(config);
    }
  }

  /** Hosts whose calls inside of the mesh are spread over subsets, and the rule that does it. */
  private Map<String, Config<VirtualService>> subsetsOfMesh() {
    Map<String, Config<VirtualService>> split = new HashMap<>();
    for (Config<VirtualService> config : world.list(Kind.VIRTUAL_SERVICE, VirtualService.class)) {
      if (isOfMesh(config)) {
        for (VirtualService.HttpRoute rule : config.spec().http()) {
          for (HttpDestination destination : rule.route()) {
            if (!destination.destination().subset().isEmpty()) {
              split.putIfAbsent(host(config, destination.destination()), config);
            }
          }
        }
      }
    }
    return split;
  }

  private static boolean isOfMesh(Config<VirtualService> config) {
    List<String> gateways = config.spec().gateways();
    return gateways.isEmpty() || gateways.contains(MESH);
  }

  private void destinations(
      Config<VirtualService> config, Map<String, Config<VirtualService>> split) {
    for (int i = 0; i < config.spec().http().size(); i++) {
      List<HttpDestination> route = config.spec().http().get(i).route();
      for (int j = 0; j < route.size(); j++) {
        Destination destination = route.get(j).destination();
        Config<VirtualService> other =
            destination.subset().isEmpty() ? split.get(host(config, destination)) : null;
        if (other != null) {
          world.find(
              Code.INGRESS_BYPASSES_SUBSET,
              config,
              "spec.http[" + i + "].route[" + j + "].destination.host",
              "the subsets of " + other.key() + " have no effect on requests through this gateway",
              "name the subset here, too, or bind one rule to both");
        }
      }
    }
  }

  private static String host(Config<VirtualService> config, Destination destination) {
    return Hostname.resolve(destination.host(), config.namespace());
  }

  /** Where it is known of which service the gateway's workloads are, that service has the ports. */
  private void ports(Config<Gateway> config) {
    Set<Integer> bound = new TreeSet<>();
    Set<String> services = new TreeSet<>();
    Map<String, String> selector = config.spec().selector();
    for (Service service : world.registry().services()) {
      for (Endpoint endpoint : world.registry().endpoints(service)) {
        if (!selector.isEmpty() && endpoint.labels().entrySet().containsAll(selector.entrySet())) {
          bound.add(endpoint.port());
          services.add(service.hostname());
        }
      }
    }
    for (int i = 0; i < config.spec().servers().size(); i++) {
      var port = config.spec().servers().get(i).port();
      if (!services.isEmpty() && port != null && !bound.contains(port.number())) {
        world.find(
            Code.GATEWAY_PORT_NOT_ON_SERVICE,
            config,
            "spec.servers[" + i + "].port.number",
            "the gateway is reached through "
                + String.join(", ", services)
                + ", which has no port "
                + port.number(),
            "add the port to the service");
      }
    }
  }
}
