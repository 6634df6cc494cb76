package io.weir.controlplane.analyze;

import io.weir.controlplane.config.AuthorizationPolicy;
import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigSpec;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.config.PeerAuthentication;
import io.weir.controlplane.config.Selector;
import io.weir.controlplane.config.Sidecar;
import io.weir.controlplane.config.Telemetry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Resources of which one workload can have one only, and selectors without effect. */
final class SelectorAnalyzer {

  private final World world;

  SelectorAnalyzer(World world) {
    this.world = world;
  }

  void run() {
    unique(
        world.list(Kind.SIDECAR, Sidecar.class),
        Sidecar::workloadSelector,
        "spec.workloadSelector",
        Code.CONFLICTING_SIDECAR_SELECTORS,
        Code.MULTIPLE_SIDECARS_WITHOUT_SELECTOR);
    unique(
        world.list(Kind.TELEMETRY, Telemetry.class),
        Telemetry::selector,
        "spec.selector",
        Code.CONFLICTING_TELEMETRY_SELECTORS,
        Code.MULTIPLE_TELEMETRIES_WITHOUT_SELECTOR);
    for (Config<Telemetry> config : world.list(Kind.TELEMETRY, Telemetry.class)) {
      providers(config);
    }
    for (Config<PeerAuthentication> config :
        world.list(Kind.PEER_AUTHENTICATION, PeerAuthentication.class)) {
      Selector selector = config.spec().selector();
      if (selector != null
          && !selector.required().isEmpty()
          && config.namespace().equals(world.mesh().rootNamespace())) {
        world.find(
            Code.INEFFECTIVE_SELECTOR,
            config,
            "spec.selector",
            "a policy with a selector has no effect in the root namespace",
            "put it into the workload's namespace");
      }
    }
    for (Config<AuthorizationPolicy> config :
        world.list(Kind.AUTHORIZATION_POLICY, AuthorizationPolicy.class)) {
      if (config.spec().targetRef() != null || !config.spec().targetRefs().isEmpty()) {
        world.find(
            Code.INEFFECTIVE_POLICY,
            config,
            "spec.targetRefs",
            "has no effect: there are no waypoints and no gateways of the Gateway API",
            "use a selector");
      }
    }
  }

  private <S extends ConfigSpec> void unique(
      List<Config<S>> configs,
      Function<S, @Nullable Selector> of,
      String path,
      Code sameSelector,
      Code noSelector) {
    Map<String, Config<S>> seen = new HashMap<>();
    for (Config<S> config : configs) {
      Selector selector = of.apply(config.spec());
      boolean forAll = selector == null || selector.required().isEmpty();
      String key =
          config.namespace() + "/" + (forAll || selector == null ? "" : selector.required());
      Config<S> first = seen.putIfAbsent(key, config);
      if (first != null) {
        world.find(
            forAll ? noSelector : sameSelector,
            config,
            forAll ? "metadata.name" : path,
            "selects the same workloads as " + first.key() + "; only the oldest has effect",
            "merge them");
      }
    }
  }

  private void providers(Config<Telemetry> config) {
    Telemetry spec = config.spec();
    for (int i = 0; i < spec.accessLogging().size(); i++) {
      if (spec.accessLogging().get(i).providers().stream().anyMatch(p -> p.name().isEmpty())) {
        world.find(
            Code.TELEMETRY_PROVIDER_WITHOUT_NAME,
            config,
            "spec.accessLogging[" + i + "].providers",
            "a provider has no name: the setting is inherited",
            "name a provider, or leave providers out");
      }
    }
  }
}
