package io.weir.controlplane.validate;

import io.weir.controlplane.config.AuthorizationPolicy;
import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.DestinationRule;
import io.weir.controlplane.config.EnvoyFilterConfig;
import io.weir.controlplane.config.Gateway;
import io.weir.controlplane.config.KindValidator;
import io.weir.controlplane.config.PeerAuthentication;
import io.weir.controlplane.config.RequestAuthentication;
import io.weir.controlplane.config.ServiceEntry;
import io.weir.controlplane.config.Sidecar;
import io.weir.controlplane.config.Telemetry;
import io.weir.controlplane.config.TrafficExtension;
import io.weir.controlplane.config.VirtualService;
import io.weir.controlplane.config.WasmPlugin;
import io.weir.controlplane.config.WorkloadEntry;
import io.weir.xds.ProblemList;

/** All rules about single resources. */
public final class ConfigValidation implements KindValidator {

  @Override
  public void validate(Config<?> config, ProblemList problems) {
    Checks checks = new Checks(problems.at("spec"));
    switch (config.spec()) {
      case VirtualService spec -> RoutingRules.check(spec, checks);
      case DestinationRule spec -> DestinationRules.check(spec, checks);
      case Gateway spec -> GatewayRules.check(spec, checks);
      case ServiceEntry spec -> ServiceRules.check(spec, checks);
      case WorkloadEntry spec -> ServiceRules.check(spec, checks);
      case Sidecar spec -> SidecarRules.check(spec, checks);
      case WasmPlugin spec -> PluginRules.check(spec, checks);
      case TrafficExtension spec -> PluginRules.check(spec, checks);
      case AuthorizationPolicy spec -> SecurityRules.check(spec, checks);
      case PeerAuthentication spec -> SecurityRules.check(spec, checks);
      case RequestAuthentication spec -> SecurityRules.check(spec, checks);
      case Telemetry _, EnvoyFilterConfig _ -> {}
    }
  }
}
