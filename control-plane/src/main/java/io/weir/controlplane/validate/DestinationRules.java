package io.weir.controlplane.validate;

import io.weir.controlplane.config.DestinationRule;
import io.weir.controlplane.config.DestinationRule.ClientTls;
import io.weir.controlplane.config.DestinationRule.ConnectionPool;
import io.weir.controlplane.config.DestinationRule.ConsistentHash;
import io.weir.controlplane.config.DestinationRule.Distribute;
import io.weir.controlplane.config.DestinationRule.LoadBalancer;
import io.weir.controlplane.config.DestinationRule.LocalityLb;
import io.weir.controlplane.config.DestinationRule.OutlierDetection;
import io.weir.controlplane.config.DestinationRule.PortPolicy;
import io.weir.controlplane.config.DestinationRule.TlsMode;
import io.weir.controlplane.config.DestinationRule.TrafficPolicy;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rules about DestinationRules. */
final class DestinationRules {

  private DestinationRules() {}

  static void check(DestinationRule spec, Checks checks) {
    checks.host("host", spec.host());
    policy(spec.trafficPolicy(), checks.at("trafficPolicy"));
    Set<String> names = new HashSet<>();
    for (int i = 0; i < spec.subsets().size(); i++) {
      DestinationRule.Subset subset = spec.subsets().get(i);
      Checks at = checks.at("subsets[" + i + "]");
      if (!Checks.isDnsName(subset.name()) || subset.name().contains(".")) {
        at.wrong("name", "\"" + subset.name() + "\" is no name", "letters, digits and dashes");
      } else if (!names.add(subset.name())) {
        at.wrong("name", "the subset " + subset.name() + " stands here twice", "");
      }
      policy(subset.trafficPolicy(), at.at("trafficPolicy"));
    }
  }

  private static void policy(@Nullable TrafficPolicy policy, Checks checks) {
    if (policy == null) {
      return;
    }
    blocks(
        policy.loadBalancer(),
        policy.connectionPool(),
        policy.outlierDetection(),
        policy.tls(),
        checks);
    for (int i = 0; i < policy.portLevelSettings().size(); i++) {
      PortPolicy port = policy.portLevelSettings().get(i);
      Checks at = checks.at("portLevelSettings[" + i + "]");
      at.port("port.number", port.port() == null ? 0 : port.port().number());
      blocks(port.loadBalancer(), port.connectionPool(), port.outlierDetection(), port.tls(), at);
    }
    DestinationRule.Tunnel tunnel = policy.tunnel();
    if (tunnel != null) {
      Checks at = checks.at("tunnel");
      if (!tunnel.protocol().isEmpty()
          && !tunnel.protocol().equals("CONNECT")
          && !tunnel.protocol().equals("POST")) {
        at.wrong("protocol", "\"" + tunnel.protocol() + "\" is no tunnel", "CONNECT or POST");
      }
      if (tunnel.targetHost().isEmpty()) {
        at.wrong("targetHost", "is missing", "a host name or an IP address");
      }
      at.port("targetPort", tunnel.targetPort());
    }
  }

  private static void blocks(
      @Nullable LoadBalancer balancer,
      @Nullable ConnectionPool pool,
      @Nullable OutlierDetection outlier,
      @Nullable ClientTls tls,
      Checks checks) {
    if (balancer != null) {
      balancer(balancer, checks.at("loadBalancer"));
    }
    if (pool != null) {
      pool(pool, checks.at("connectionPool"));
    }
    if (outlier != null) {
      Checks at = checks.at("outlierDetection");
      at.duration("interval", outlier.interval());
      at.duration("baseEjectionTime", outlier.baseEjectionTime());
      at.percent("maxEjectionPercent", outlier.maxEjectionPercent());
      at.percent("minHealthPercent", outlier.minHealthPercent());
      if (outlier.consecutiveErrors() != null) {
        at.warn("consecutiveErrors", "has no effect", "use consecutive5xxErrors");
      }
    }
    if (tls != null) {
      tls(tls, checks.at("tls"));
    }
  }

  private static void balancer(LoadBalancer balancer, Checks checks) {
    ConsistentHash hash = balancer.consistentHash();
    if (hash != null) {
      if (balancer.simple() != null) {
        checks.wrong("consistentHash", "excludes simple", "keep one");
      }
      hash(hash, checks.at("consistentHash"));
    }
    if (balancer.warmupDurationSecs() != null && balancer.warmup() != null) {
      checks.warn("warmupDurationSecs", "has no effect beside warmup", "keep warmup");
    }
    if (balancer.localityLbSetting() != null) {
      locality(balancer.localityLbSetting(), checks.at("localityLbSetting"));
    }
  }

  private static void hash(ConsistentHash hash, Checks checks) {
    int keys =
        (hash.httpHeaderName() == null ? 0 : 1)
            + (hash.httpCookie() == null ? 0 : 1)
            + (Boolean.TRUE.equals(hash.useSourceIp()) ? 1 : 0)
            + (hash.httpQueryParameterName() == null ? 0 : 1);
    if (keys != 1) {
      checks.wrong(
          "",
          "takes one of httpHeaderName, httpCookie, useSourceIp and httpQueryParameterName",
          "");
    }
    if (hash.httpCookie() != null) {
      checks.required("httpCookie.name", hash.httpCookie().name());
    }
    if (hash.ringHash() != null && hash.maglev() != null) {
      checks.wrong("maglev", "excludes ringHash", "keep one");
    }
    long size = hash.maglev() == null ? 0 : hash.maglev().tableSize();
    if (size != 0 && !BigInteger.valueOf(size).isProbablePrime(50)) {
      checks.wrong("maglev.tableSize", size + " is no prime", "for instance 65537");
    }
  }

  private static void locality(LocalityLb locality, Checks checks) {
    int ways = (locality.distribute().isEmpty() ? 0 : 1) + (locality.failover().isEmpty() ? 0 : 1);
    if (ways > 1) {
      checks.wrong("failover", "excludes distribute", "keep one");
    }
    if (!locality.failoverPriority().isEmpty() && !locality.distribute().isEmpty()) {
      checks.wrong("failoverPriority", "excludes distribute", "keep one");
    }
    for (int i = 0; i < locality.distribute().size(); i++) {
      Distribute rule = locality.distribute().get(i);
      int total = rule.to().values().stream().mapToInt(Integer::intValue).sum();
      if (total != 100) {
        checks.wrong("distribute[" + i + "].to", "adds up to " + total + ", not 100", "");
      }
    }
    for (int i = 0; i < locality.failover().size(); i++) {
      if (locality.failover().get(i).from().equals(locality.failover().get(i).to())) {
        checks.wrong("failover[" + i + "]", "from and to are the same region", "");
      }
    }
  }

  private static void pool(ConnectionPool pool, Checks checks) {
    if (pool.tcp() != null) {
      Checks at = checks.at("tcp");
      at.duration("connectTimeout", pool.tcp().connectTimeout());
      at.duration("maxConnectionDuration", pool.tcp().maxConnectionDuration());
      notNegative("maxConnections", pool.tcp().maxConnections(), at);
    }
    if (pool.http() != null) {
      Checks at = checks.at("http");
      notNegative("http1MaxPendingRequests", pool.http().http1MaxPendingRequests(), at);
      notNegative("http2MaxRequests", pool.http().http2MaxRequests(), at);
      notNegative("maxRequestsPerConnection", pool.http().maxRequestsPerConnection(), at);
      notNegative("maxRetries", pool.http().maxRetries(), at);
      notNegative("maxConcurrentStreams", pool.http().maxConcurrentStreams(), at);
      if (pool.http().useClientProtocol()
          && pool.http().h2UpgradePolicy() == DestinationRule.H2Upgrade.UPGRADE) {
        at.wrong("useClientProtocol", "excludes h2UpgradePolicy UPGRADE", "keep one");
      }
    }
  }

  private static void notNegative(String path, int value, Checks checks) {
    if (value < 0) {
      checks.wrong(path, "must not be negative", "0 means unset");
    }
  }

  private static void tls(ClientTls tls, Checks checks) {
    if (tls.mode() == TlsMode.MUTUAL && tls.credentialName().isEmpty()) {
      checks.required("clientCertificate", tls.clientCertificate());
      checks.required("privateKey", tls.privateKey());
    }
    boolean files =
        !tls.clientCertificate().isEmpty()
            || !tls.privateKey().isEmpty()
            || !tls.caCertificates().isEmpty();
    if (files && !tls.credentialName().isEmpty()) {
      checks.wrong("credentialName", "excludes certificates in files", "keep one");
    }
    if (tls.mode() == TlsMode.ISTIO_MUTUAL && (files || !tls.credentialName().isEmpty())) {
      checks.wrong("mode", "ISTIO_MUTUAL takes no certificates of yours", "use MUTUAL");
    }
  }
}
