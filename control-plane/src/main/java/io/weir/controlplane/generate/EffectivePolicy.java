package io.weir.controlplane.generate;

import io.weir.controlplane.config.DestinationRule;
import io.weir.controlplane.config.DestinationRule.ClientTls;
import io.weir.controlplane.config.DestinationRule.ConnectionPool;
import io.weir.controlplane.config.DestinationRule.ConsistentHash;
import io.weir.controlplane.config.DestinationRule.LoadBalancer;
import io.weir.controlplane.config.DestinationRule.LocalityLb;
import io.weir.controlplane.config.DestinationRule.OutlierDetection;
import io.weir.controlplane.config.DestinationRule.PortPolicy;
import io.weir.controlplane.config.DestinationRule.ProxyProtocol;
import io.weir.controlplane.config.DestinationRule.RetryBudget;
import io.weir.controlplane.config.DestinationRule.SimpleLb;
import io.weir.controlplane.config.DestinationRule.TrafficPolicy;
import io.weir.controlplane.config.DestinationRule.Tunnel;
import io.weir.controlplane.config.MeshConfig;
import org.jspecify.annotations.Nullable;

/** What holds for one port of one subset after the levels of a DestinationRule are put together. */
record EffectivePolicy(
    @Nullable LoadBalancer loadBalancer,
    @Nullable ConnectionPool connectionPool,
    @Nullable OutlierDetection outlierDetection,
    @Nullable ClientTls tls,
    @Nullable ProxyProtocol proxyProtocol,
    @Nullable RetryBudget retryBudget,
    @Nullable Tunnel tunnel) {

  static final EffectivePolicy NONE = new EffectivePolicy(null, null, null, null, null, null, null);

  /**
   * The policy of a port. A subset's block replaces the rule's whole block; settings of a port
   * replace all blocks, even with nothing, but for what a subset inherits and they cannot name. A
   * tunnel is a matter of listeners and holds for every port.
   */
  static EffectivePolicy of(@Nullable DestinationRule rule, String subset, int port) {
    if (rule == null) {
      return NONE;
    }
    EffectivePolicy policy = of(rule.trafficPolicy());
    PortPolicy atPort = find(rule.trafficPolicy(), port);
    if (atPort != null) {
      policy = NONE.replacedBy(atPort).tunnelled(policy.tunnel());
    }
    for (DestinationRule.Subset candidate : rule.subsets()) {
      if (!subset.isEmpty() && candidate.name().equals(subset)) {
        policy = policy.refinedBy(of(candidate.trafficPolicy()));
        PortPolicy own = find(candidate.trafficPolicy(), port);
        if (own != null) {
          policy = policy.replacedBy(own);
        }
      }
    }
    return policy;
  }

  /**
   * What requests are spread by, or null: a subset's setting for the port, the subset's, the
   * port's, the rule's, the first that there is.
   */
  static @Nullable ConsistentHash hash(DestinationRule rule, String subset, int port) {
    ConsistentHash found = null;
    for (DestinationRule.Subset candidate : rule.subsets()) {
      if (!subset.isEmpty() && candidate.name().equals(subset)) {
        found = hash(candidate.trafficPolicy(), port);
        found = found != null ? found : hash(candidate.trafficPolicy());
      }
    }
    found = found != null ? found : hash(rule.trafficPolicy(), port);
    return found != null ? found : hash(rule.trafficPolicy());
  }

  private static @Nullable ConsistentHash hash(@Nullable TrafficPolicy policy) {
    LoadBalancer balancer = policy == null ? null : policy.loadBalancer();
    return balancer == null ? null : balancer.consistentHash();
  }

  private static @Nullable ConsistentHash hash(@Nullable TrafficPolicy policy, int port) {
    PortPolicy atPort = find(policy, port);
    LoadBalancer balancer = atPort == null ? null : atPort.loadBalancer();
    return balancer == null ? null : balancer.consistentHash();
  }

  private static EffectivePolicy of(@Nullable TrafficPolicy policy) {
    return policy == null
        ? NONE
        : new EffectivePolicy(
            policy.loadBalancer(),
            policy.connectionPool(),
            policy.outlierDetection(),
            policy.tls(),
            policy.proxyProtocol(),
            policy.retryBudget(),
            policy.tunnel());
  }

  private static @Nullable PortPolicy find(@Nullable TrafficPolicy policy, int port) {
    if (policy != null) {
      for (PortPolicy candidate : policy.portLevelSettings()) {
        if (candidate.port() != null && candidate.port().number() == port) {
          return candidate;
        }
      }
    }
    return null;
  }

  private EffectivePolicy tunnelled(@Nullable Tunnel other) {
    return new EffectivePolicy(
        loadBalancer, connectionPool, outlierDetection, tls, proxyProtocol, retryBudget, other);
  }

  private EffectivePolicy replacedBy(PortPolicy port) {
    return new EffectivePolicy(
        port.loadBalancer(),
        port.connectionPool(),
        port.outlierDetection(),
        port.tls(),
        proxyProtocol,
        retryBudget,
        tunnel);
  }

  /** With the mesh's settings where the rule has none. */
  EffectivePolicy within(MeshConfig mesh) {
    LocalityLb meshWide = mesh.localityLbSetting();
    if (meshWide == null || loadBalancer != null && loadBalancer.localityLbSetting() != null) {
      return this;
    }
    LoadBalancer balancer =
        loadBalancer == null
            ? new LoadBalancer(SimpleLb.UNSPECIFIED, null, meshWide, null, null)
            : new LoadBalancer(
                loadBalancer.simple(),
                loadBalancer.consistentHash(),
                meshWide,
                loadBalancer.warmupDurationSecs(),
                loadBalancer.warmup());
    return new EffectivePolicy(
        balancer, connectionPool, outlierDetection, tls, proxyProtocol, retryBudget, tunnel);
  }

  private EffectivePolicy refinedBy(EffectivePolicy other) {
    return new EffectivePolicy(
        other.loadBalancer != null ? other.loadBalancer : loadBalancer,
        other.connectionPool != null ? other.connectionPool : connectionPool,
        other.outlierDetection != null ? other.outlierDetection : outlierDetection,
        other.tls != null ? other.tls : tls,
        other.proxyProtocol != null ? other.proxyProtocol : proxyProtocol,
        other.retryBudget != null ? other.retryBudget : retryBudget,
        other.tunnel != null ? other.tunnel : tunnel);
  }
}
