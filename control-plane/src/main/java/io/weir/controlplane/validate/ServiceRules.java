package io.weir.controlplane.validate;

import io.weir.controlplane.config.Port;
import io.weir.controlplane.config.ServiceEntry;
import io.weir.controlplane.config.ServiceEntry.Resolution;
import io.weir.controlplane.config.WorkloadEntry;
import io.weir.controlplane.registry.Hostname;
import io.weir.controlplane.registry.Protocol;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Rules about ServiceEntries and WorkloadEntries. */
final class ServiceRules {

  private ServiceRules() {}

  static void check(ServiceEntry spec, Checks checks) {
    if (spec.hosts().isEmpty()) {
      checks.wrong("hosts", "must be set", "");
    }
    for (int i = 0; i < spec.hosts().size(); i++) {
      if (spec.hosts().get(i).equals("*")) {
        checks.wrong("hosts[" + i + "]", "a service cannot be every host", "");
      } else {
        checks.host("hosts[" + i + "]", spec.hosts().get(i));
      }
    }
    for (int i = 0; i < spec.addresses().size(); i++) {
      checks.ipBlock("addresses[" + i + "]", spec.addresses().get(i));
    }
    Set<String> names = ports(spec, checks);
    if (!spec.endpoints().isEmpty() && spec.workloadSelector() != null) {
      checks.wrong("workloadSelector", "excludes endpoints", "keep one");
    }
    resolution(spec, checks);
    for (int i = 0; i < spec.endpoints().size(); i++) {
      endpoint(spec, spec.endpoints().get(i), names, checks.at("endpoints[" + i + "]"));
    }
  }

  private static Set<String> ports(ServiceEntry spec, Checks checks) {
    Set<String> names = new HashSet<>();
    Set<Integer> numbers = new HashSet<>();
    if (spec.ports().isEmpty() && spec.resolution() != Resolution.NONE) {
      checks.wrong("ports", "must be set", "");
    }
    for (int i = 0; i < spec.ports().size(); i++) {
      Port port = spec.ports().get(i);
      Checks at = checks.at("ports[" + i + "]");
      at.port("number", port.number());
      at.required("name", port.name());
      if (!names.add(port.name())) {
        at.wrong("name", port.name() + " stands here twice", "names must be unique");
      }
      if (!numbers.add(port.number())) {
        at.wrong("number", port.number() + " stands here twice", "numbers must be unique");
      }
      if (port.targetPort() != 0) {
        at.port("targetPort", port.targetPort());
      }
      if (!port.protocol().isEmpty() && Protocol.parse(port.protocol()) == Protocol.UNKNOWN) {
        at.wrong(
            "protocol",
            "\"" + port.protocol() + "\" is no protocol",
            "HTTP, HTTPS, HTTP2, GRPC, GRPC-WEB, TCP, TLS, MONGO, MYSQL, REDIS or UDP");
      }
    }
    return names;
  }

  private static void resolution(ServiceEntry spec, Checks checks) {
    switch (spec.resolution()) {
      case NONE -> {
        if (!spec.endpoints().isEmpty()) {
          checks.wrong("endpoints", "have no meaning without resolution", "use STATIC");
        }
      }
      case STATIC -> {
        if (spec.endpoints().isEmpty() && spec.workloadSelector() == null) {
          checks.warn("endpoints", "there are none: nothing can be called", "");
        }
      }
      case DNS, DNS_ROUND_ROBIN -> {
        boolean wildcard = spec.hosts().stream().anyMatch(host -> host.startsWith("*"));
        if (spec.endpoints().isEmpty() && wildcard) {
          checks.wrong("hosts", "a wildcard cannot be resolved", "give endpoints");
        }
        if (spec.resolution() == Resolution.DNS_ROUND_ROBIN && spec.endpoints().size() > 1) {
          checks.wrong("endpoints", "DNS_ROUND_ROBIN takes at most one", "use DNS");
        }
      }
      case DYNAMIC_DNS -> {
        if (spec.hosts().stream().noneMatch(Hostname::isWildcard)) {
          checks.warn("hosts", "has no wildcard, which DYNAMIC_DNS is for", "use DNS");
        }
        if (!spec.endpoints().isEmpty()) {
          checks.wrong("endpoints", "DYNAMIC_DNS takes none: names are resolved", "remove them");
        }
      }
    }
  }

  private static void endpoint(
      ServiceEntry spec, WorkloadEntry endpoint, Set<String> ports, Checks checks) {
    address(endpoint.address(), spec.resolution() == Resolution.STATIC, checks);
    for (Map.Entry<String, Integer> port : endpoint.ports().entrySet()) {
      if (!ports.contains(port.getKey())) {
        checks.wrong("ports[" + port.getKey() + "]", "the service has no such port", "");
      }
      checks.port("ports[" + port.getKey() + "]", port.getValue());
    }
    if (endpoint.weight() < 0) {
      checks.wrong("weight", "must not be negative", "");
    }
  }

  private static void address(String address, boolean ipOnly, Checks checks) {
    if (address.isEmpty()) {
      checks.wrong("address", "must be set", "");
    } else if (!address.startsWith("unix://")
        && !Checks.isIp(address)
        && (ipOnly || !Checks.isDnsName(address))) {
      checks.wrong(
          "address",
          "\"" + address + "\" is no IP address",
          ipOnly ? "use resolution DNS for names" : "or DNS name");
    }
  }

  static void check(WorkloadEntry spec, Checks checks) {
    address(spec.address(), false, checks);
    spec.ports().forEach((name, port) -> checks.port("ports[" + name + "]", port));
  }
}
