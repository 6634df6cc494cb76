package io.weir.controlplane.analyze;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.DestinationRule;
import io.weir.controlplane.config.DestinationRule.ClientTls;
import io.weir.controlplane.config.DestinationRule.PortPolicy;
import io.weir.controlplane.config.DestinationRule.TlsMode;
import io.weir.controlplane.config.DestinationRule.TrafficPolicy;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.registry.Endpoint;
import io.weir.controlplane.registry.Hostname;
import io.weir.controlplane.registry.Service;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** DestinationRules: hosts and endpoints that they are about, and servers that nobody verifies. */
final class DestinationRuleAnalyzer {

  private final World world;

  DestinationRuleAnalyzer(World world) {
    this.world = world;
  }

  void run() {
    for (Config<DestinationRule> config :
        world.list(Kind.DESTINATION_RULE, DestinationRule.class)) {
      host(config);
      policy(config, config.spec().trafficPolicy(), "spec.trafficPolicy");
      for (int i = 0; i < config.spec().subsets().size(); i++) {
        policy(
            config,
            config.spec().subsets().get(i).trafficPolicy(),
            "spec.subsets[" + i + "].trafficPolicy");
      }
    }
  }

  private void host(Config<DestinationRule> config) {
    String host = Hostname.resolve(config.spec().host(), config.namespace());
    List<Endpoint> endpoints = new ArrayList<>();
    boolean known = false;
    boolean complete = true;
    for (Service service : world.registry().services()) {
      if (Hostname.covers(host, service.hostname()) || Hostname.covers(service.hostname(), host)) {
        known = true;
        endpoints.addAll(world.registry().endpoints(service));
        complete &= !endpoints.isEmpty();
      }
    }
    if (!known) {
      world.find(
          Code.UNKNOWN_DESTINATION_RULE_HOST,
          config,
          "spec.host",
          "no service has the host " + config.spec().host(),
          "a ServiceEntry must declare it");
      return;
    }
    for (int i = 0; i < config.spec().subsets().size(); i++) {
      DestinationRule.Subset subset = config.spec().subsets().get(i);
      boolean any =
          endpoints.stream()
              .anyMatch(e -> e.labels().entrySet().containsAll(subset.labels().entrySet()));
      if (complete && !any && !subset.labels().isEmpty()) {
        world.find(
            Code.SUBSET_SELECTS_NOTHING,
            config,
            "spec.subsets[" + i + "]",
            "the subset " + subset.name() + " selects no endpoint of " + host,
            "check its labels");
      }
    }
  }

  private void policy(Config<DestinationRule> config, @Nullable TrafficPolicy policy, String path) {
    if (policy == null) {
      return;
    }
    if (unverified(policy.tls())) {
      world.find(
          Code.NO_SERVER_VERIFICATION,
          config,
          path + ".tls",
          "has no caCertificates: the system's are used to verify the server",
          "set caCertificates or credentialName");
    }
    for (int i = 0; i < policy.portLevelSettings().size(); i++) {
      PortPolicy port = policy.portLevelSettings().get(i);
      if (unverified(port.tls())) {
        world.find(
            Code.NO_SERVER_VERIFICATION_PORT,
            config,
            path + ".portLevelSettings[" + i + "].tls",
            "has no caCertificates: the system's are used to verify the server",
            "set caCertificates or credentialName");
      }
    }
  }

  private static boolean unverified(@Nullable ClientTls tls) {
    return tls != null
        && (tls.mode() == TlsMode.SIMPLE || tls.mode() == TlsMode.MUTUAL)
        && tls.caCertificates().isEmpty()
        && tls.credentialName().isEmpty();
  }
}
