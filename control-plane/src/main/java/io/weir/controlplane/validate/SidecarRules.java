package io.weir.controlplane.validate;

import io.weir.controlplane.config.Sidecar;
import java.util.HashSet;
import java.util.Set;

/** Rules about Sidecars. */
final class SidecarRules {

  private SidecarRules() {}

  static void check(Sidecar spec, Checks checks) {
    Set<Integer> ports = new HashSet<>();
    for (int i = 0; i < spec.ingress().size(); i++) {
      ingress(spec.ingress().get(i), checks.at("ingress[" + i + "]"), ports);
    }
    boolean forAll = false;
    for (int i = 0; i < spec.egress().size(); i++) {
      Sidecar.Egress egress = spec.egress().get(i);
      Checks at = checks.at("egress[" + i + "]");
      if (egress.hosts().isEmpty()) {
        at.wrong("hosts", "must be set", "*/* for all");
      }
      for (int j = 0; j < egress.hosts().size(); j++) {
        host(egress.hosts().get(j), "hosts[" + j + "]", at);
      }
      if (egress.port() == null) {
        if (forAll) {
          at.wrong("port", "must be set", "only one egress listener can be without port");
        }
        forAll = true;
        if (!egress.bind().isEmpty()) {
          at.wrong("bind", "takes a port, too", "");
        }
      } else {
        at.port("port.number", egress.port().number());
      }
    }
  }

  private static void ingress(Sidecar.Ingress ingress, Checks checks, Set<Integer> ports) {
    if (ingress.port() == null) {
      checks.wrong("port", "must be set", "");
    } else {
      checks.port("port.number", ingress.port().number());
      if (!ports.add(ingress.port().number())) {
        checks.wrong("port.number", ingress.port().number() + " stands here twice", "");
      }
    }
    if (!ingress.bind().isEmpty() && !Checks.isIp(ingress.bind())) {
      checks.wrong("bind", "\"" + ingress.bind() + "\" is no address", "");
    }
    String endpoint = ingress.defaultEndpoint();
    if (!endpoint.isEmpty() && !endpoint.startsWith("unix://")) {
      int colon = endpoint.lastIndexOf(':');
      if (colon <= 0 || !endpoint.substring(colon + 1).chars().allMatch(Character::isDigit)) {
        checks.wrong(
            "defaultEndpoint",
            "\"" + endpoint + "\" is no address with a port",
            "127.0.0.1:PORT or unix://PATH");
      }
    }
    if (ingress.tls() != null) {
      checks.warn(
          "tls",
          "counts only where PeerAuthentication switches the mesh's TLS off for the port",
          "");
    }
  }

  private static void host(String text, String path, Checks checks) {
    int slash = text.indexOf('/');
    if (slash <= 0 || slash == text.length() - 1) {
      checks.wrong(
          path, "\"" + text + "\" is not namespace/host", "*/* for all, ./* for the own namespace");
      return;
    }
    checks.host(path, text.substring(slash + 1));
  }
}
