package io.weir.controlplane.generate;

import io.weir.controlplane.config.Port;
import io.weir.controlplane.config.Sidecar.CaptureMode;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.PushContext;
import io.weir.controlplane.push.SidecarScope;
import io.weir.controlplane.registry.Endpoint;
import io.weir.controlplane.registry.Service;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What proxies of one scope depend on together: the services that they see, with all that is known
 * of these.
 */
final class ScopeInputs {

  private record Content(
      @Nullable ConfigInput sidecar, List<Egress> egress, List<Destination> destinations) {}

  private record Egress(
      @Nullable Port port,
      String bind,
      CaptureMode captureMode,
      List<Service> services,
      List<ConfigInput> rules) {}

  private record Destination(
      Service service,
      List<Endpoint> endpoints,
      Optional<ConfigInput> rule,
      Optional<ConfigInput> inboundRule,
      boolean mutualTls) {}

  private final Content content;
  private final int hash;

  private ScopeInputs(Content content) {
    this.content = content;
    this.hash = content.hashCode();
  }

  static ScopeInputs of(PushContext context, Proxy proxy) {
    SidecarScope scope = context.scope(proxy);
    List<Egress> egress =
        scope.egress().stream()
            .map(
                listener ->
                    new Egress(
                        listener.port(),
                        listener.bind(),
                        listener.captureMode(),
                        listener.services(),
                        ConfigInput.of(listener.virtualServices())))
            .toList();
    List<Destination> destinations =
        scope.services().stream()
            .map(
                service ->
                    new Destination(
                        service,
                        context.registry().endpoints(service),
                        Optional.ofNullable(
                            ConfigInput.of(context.destinationRules().find(proxy, service))),
                        Optional.ofNullable(
                            ConfigInput.of(context.destinationRules().findForAll(proxy, service))),
                        context.offersMutualTls(service)))
            .toList();
    return new ScopeInputs(new Content(ConfigInput.of(scope.config()), egress, destinations));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this
        || other instanceof ScopeInputs inputs
            && inputs.hash == hash
            && inputs.content.equals(content);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
