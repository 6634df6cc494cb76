package io.weir.controlplane.generate;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.DestinationRule;
import io.weir.controlplane.config.DestinationRule.ConnectionPool;
import io.weir.controlplane.config.ServiceEntry;
import io.weir.controlplane.config.Sidecar;
import io.weir.controlplane.registry.Endpoint;
import io.weir.controlplane.registry.Protocol;
import io.weir.controlplane.registry.Service;
import io.weir.controlplane.registry.ServicePort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which clusters a proxy has. */
final class ClusterPlanner {

  private ClusterPlanner() {}

  /** For every service that the proxy sees: one cluster a port, and one more for each subset. */
  static List<ClusterInput> outbound(ProxyView view) {
    List<ClusterInput> inputs = new ArrayList<>();
    for (Service service : view.scope().services()) {
      Config<DestinationRule> rule = view.context().destinationRules().find(view.proxy(), service);
      for (ServicePort port : service.ports()) {
        if (port.protocol() == Protocol.UDP) {
          continue;
        }
        add(inputs, view, service, port, rule, false);
      }
    }
    return inputs;
  }

  /** For gateways that send TLS on by its server name: services once more, without TLS of ours. */
  static List<ClusterInput> byServerName(ProxyView view) {
    List<ClusterInput> inputs = new ArrayList<>();
    for (Service service : view.scope().services()) {
      if (service.external()) {
        continue;
      }
      Config<DestinationRule> rule = view.context().destinationRules().find(view.proxy(), service);
      for (ServicePort port : service.ports()) {
        if (port.protocol() != Protocol.UDP) {
          add(inputs, view, service, port, rule, true);
        }
      }
    }
    return inputs;
  }

  private static void add(
      List<ClusterInput> inputs,
      ProxyView view,
      Service service,
      ServicePort port,
      @Nullable Config<DestinationRule> rule,
      boolean byName) {
    addUnlessEmpty(inputs, input(view, service, port, "", Map.of(), rule, byName));
    if (rule != null) {
      for (DestinationRule.Subset subset : rule.spec().subsets()) {
        addUnlessEmpty(
            inputs, input(view, service, port, subset.name(), subset.labels(), rule, byName));
      }
    }
  }

  private static void addUnlessEmpty(List<ClusterInput> inputs, ClusterInput input) {
    if (!ClusterGenerator.isEmpty(input)) {
      inputs.add(input);
    }
  }

  private static ClusterInput input(
      ProxyView view,
      Service service,
      ServicePort port,
      String subset,
      Map<String, String> labels,
      @Nullable Config<DestinationRule> rule,
      boolean byName) {
    EffectivePolicy policy =
        EffectivePolicy.of(rule == null ? null : rule.spec(), subset, port.number())
            .within(view.mesh());
    List<Endpoint> endpoints = endpoints(view, service, port, labels);
    return new ClusterInput(
        service,
        port,
        subset,
        policy,
        rule == null ? "" : rule.path(),
        view.context().offersMutualTls(service) && reachesMutualTls(view, service, port, policy),
        !view.proxy().isSidecar() || rule != null && rule.spec().workloadSelector() != null,
        identities(view, service),
        byName ? endpoints.stream().filter(Endpoint::acceptsMutualTls).toList() : endpoints,
        locality(view, policy),
        rule != null && LoadBalancers.latencyAware(rule.meta().annotations()),
        view.proxy().isSidecar(),
        byName,
        ClusterInput.Mesh.of(view.mesh()));
  }

  /**
   * Where a client's own choice of an endpoint is kept, TLS cannot be chosen by endpoint: it is
   * offered only if all of them can do it.
   */
  private static boolean reachesMutualTls(
      ProxyView view, Service service, ServicePort port, EffectivePolicy policy) {
    if (service.resolution() != ServiceEntry.Resolution.NONE
        && !TrafficPolicies.passesThrough(policy)) {
      return true;
    }
    List<Endpoint> all = endpoints(view, service, port, Map.of());
    return !all.isEmpty() && all.stream().allMatch(Endpoint::acceptsMutualTls);
  }

  /** Where the proxy is; its labels count only where the policy compares them. */
  private static ProxyLocality locality(ProxyView view, EffectivePolicy policy) {
    return policy.outlierDetection() == null
        ? view.locality()
        : view.locality()
            .labelled(view.proxy().labels(), LocalityBalance.settings(policy).failoverPriority());
  }

  /** Endpoints of a port that carry the labels of a subset. */
  static List<Endpoint> endpoints(
      ProxyView view, Service service, ServicePort port, Map<String, String> labels) {
    return view.context().registry().endpoints(service).stream()
        .filter(endpoint -> endpoint.port() == port.number())
        .filter(endpoint -> endpoint.labels().entrySet().containsAll(labels.entrySet()))
        .toList();
  }

  private static List<String> identities(ProxyView view, Service service) {
    TreeSet<String> identities = new TreeSet<>(service.subjectAltNames());
    for (Endpoint endpoint : view.context().registry().endpoints(service)) {
      if (!endpoint.serviceAccount().isEmpty()) {
        identities.add(
            "spiffe://"
                + view.mesh().trustDomain()
                + "/ns/"
                + endpoint.namespace()
                + "/sa/"
                + endpoint.serviceAccount());
      }
    }
    return List.copyOf(identities);
  }

  /** For every port of the workload. */
  static List<InboundClusterInput> inbound(ProxyView view, List<InboundPort> ports) {
    Map<Integer, InboundClusterInput> inputs = new LinkedHashMap<>();
    for (InboundPort port : ports) {
      inputs.putIfAbsent(
          port.port(),
          new InboundClusterInput(
              port.port(),
              port.protocol(),
              port.endpoint(),
              port.endpointPort(),
              port.service(),
              pool(view, port),
              view.mesh().connectTimeoutOrDefault(),
              view.mesh().tcpKeepalive()));
    }
    return List.copyOf(inputs.values());
  }

  private static @Nullable ConnectionPool pool(ProxyView view, InboundPort port) {
    Config<Sidecar> sidecar = view.scope().config();
    if (port.ingress() != null && port.ingress().connectionPool() != null) {
      return port.ingress().connectionPool();
    }
    if (sidecar != null && sidecar.spec().inboundConnectionPool() != null) {
      return sidecar.spec().inboundConnectionPool();
    }
    if (port.service() == null) {
      return null;
    }
    Config<DestinationRule> rule =
        view.context().destinationRules().findForAll(view.proxy(), port.service());
    return rule == null
        ? null
        : EffectivePolicy.of(rule.spec(), "", port.servicePort()).connectionPool();
  }
}
