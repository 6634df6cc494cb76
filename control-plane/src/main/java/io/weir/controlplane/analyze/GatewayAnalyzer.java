package io.weir.controlplane.analyze;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.Gateway;
import io.weir.controlplane.config.Gateway.Server;
import io.weir.controlplane.config.Gateway.ServerTls;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.registry.Hostname;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gateways that get into one another's way. */
final class GatewayAnalyzer {

  private final World world;

  GatewayAnalyzer(World world) {
    this.world = world;
  }

  private record Placed(Config<Gateway> config, Server server, String path) {}

  void run() {
    List<Placed> servers = new ArrayList<>();
    for (Config<Gateway> config : world.list(Kind.GATEWAY, Gateway.class)) {
      for (int i = 0; i < config.spec().servers().size(); i++) {
        servers.add(new Placed(config, config.spec().servers().get(i), "spec.servers[" + i + "]"));
      }
    }
    for (int i = 0; i < servers.size(); i++) {
      for (int j = 0; j < i; j++) {
        conflict(servers.get(j), servers.get(i));
      }
    }
    certificates(servers);
  }

  private void conflict(Placed first, Placed second) {
    if (first.config() == second.config()
        || !first.config().spec().selector().equals(second.config().spec().selector())
        || first.server().port() == null
        || second.server().port() == null
        || first.server().port().number() != second.server().port().number()
        || !first.server().bind().equals(second.server().bind())) {
      return;
    }
    for (String host : second.server().hosts()) {
      for (String other : first.server().hosts()) {
        if (host.substring(host.indexOf('/') + 1).equals(other.substring(other.indexOf('/') + 1))
            && namespacesMeet(host, other)) {
          world.find(
              Code.CONFLICTING_GATEWAYS,
              second.config(),
              second.path() + ".hosts",
              "the same workloads, port and host (" + host + ") as " + first.config().key(),
              "merge them");
          return;
        }
      }
    }
  }

  private static boolean namespacesMeet(String a, String b) {
    int slashA = a.indexOf('/');
    int slashB = b.indexOf('/');
    String first = slashA < 0 ? "*" : a.substring(0, slashA);
    String second = slashB < 0 ? "*" : b.substring(0, slashB);
    return first.equals("*") || second.equals("*") || first.equals(second);
  }

  /** One certificate on several ports lets browsers reuse a connection for the wrong host. */
  private void certificates(List<Placed> servers) {
    Map<String, Placed> byCertificate = new HashMap<>();
    for (Placed placed : servers) {
      ServerTls tls = placed.server().tls();
      if (tls == null) {
        continue;
      }
      String certificate =
          tls.credentialName().isEmpty()
              ? tls.serverCertificate()
              : "credential " + tls.credentialName();
      if (certificate.isEmpty()) {
        continue;
      }
      Placed other =
          byCertificate.putIfAbsent(placed.config().spec().selector() + certificate, placed);
      if (other != null
          && other.config() != placed.config()
          && other.server().hosts().stream()
              .noneMatch(
                  h -> placed.server().hosts().stream().anyMatch(o -> Hostname.overlap(h, o)))) {
        world.find(
            Code.GATEWAY_DUPLICATE_CERTIFICATE,
            placed.config(),
            placed.path() + ".tls",
            "uses the certificate of "
                + other.config().key()
                + ": browsers that reuse a connection get 404s",
            "use a certificate for each host, or one Gateway");
      }
    }
  }
}
