package io.weir.controlplane.analyze;

import io.weir.controlplane.config.AuthorizationPolicy;
import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.config.RequestAuthentication;
import io.weir.controlplane.config.Selector;
import io.weir.controlplane.registry.Endpoint;
import io.weir.controlplane.registry.Service;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Policies that hold for nobody, and keys of tokens from places that no issuer has. */
final class SecurityAnalyzer {
  private final World world;

  SecurityAnalyzer(World world) {
    this.world = world;
  }

  void run() {
    for (Config<AuthorizationPolicy> config :
        world.list(Kind.AUTHORIZATION_POLICY, AuthorizationPolicy.class)) {
      workloads(config);
    }
    for (Config<RequestAuthentication> config :
        world.list(Kind.REQUEST_AUTHENTICATION, RequestAuthentication.class)) {
      keys(config);
    }
  }

  /** Only where workloads of the namespace are known at all: they need not be declared. */
  private void workloads(Config<AuthorizationPolicy> config) {
    Selector selector = config.spec().selector();
    if (selector == null || selector.required().isEmpty()) {
      return;
    }
    List<Endpoint> known = new ArrayList<>();
    boolean everywhere = config.namespace().equals(world.mesh().rootNamespace());
    for (Service service : world.registry().services()) {
      for (Endpoint endpoint : world.registry().endpoints(service)) {
        boolean near = everywhere || endpoint.namespace().equals(config.namespace());
        if (near && !service.external() && !endpoint.labels().isEmpty()) {
          known.add(endpoint);
        }
      }
    }
    if (!known.isEmpty() && known.stream().noneMatch(e -> selector.selects(e.labels()))) {
      world.find(
          Code.NO_MATCHING_WORKLOADS,
          config,
          "spec.selector",
          "selects no workload: it is in effect nowhere",
          "check its labels");
    }
  }

  private void keys(Config<RequestAuthentication> config) {
    for (int i = 0; i < config.spec().jwtRules().size(); i++) {
      String host = host(config.spec().jwtRules().get(i).jwksUri());
      if (isNear(host)) {
        world.find(
            Code.UNRESTRICTED_KEYS,
            config,
            "spec.jwtRules[" + i + "].jwksUri",
            "nothing keeps proxies from fetching keys from " + host + ", which is not an issuer's",
            "write the issuer's public address, or the keys into jwks");
      }
    }
  }

  private static String host(String uri) {
    try {
      String host = URI.create(uri).getHost();
      return host == null ? "" : host.toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return ""; // told when it was read
    }
  }

  /** This machine, its link and a cloud's metadata, which a request must not be led to. */
  private static boolean isNear(String host) {
    return host.equals("localhost")
        || host.startsWith("127.")
        || host.startsWith("169.254.")
        || host.equals("[::1]")
        || host.startsWith("[fe80:")
        || host.equals("metadata.google.internal")
        || host.equals("100.100.100.200");
  }
}
