package io.weir.controlplane.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may do what on a workload (security.istio.io). */
public record AuthorizationPolicy(
    @Nullable Selector selector,
    @Nullable TargetRef targetRef,
    List<TargetRef> targetRefs,
    List<Rule> rules,
    Action action,
    @Nullable Provider provider)
    implements ConfigSpec {

  /** What a matching request meets. */
  public enum Action {
    ALLOW,
    DENY,
    AUDIT,
    CUSTOM
  }

  /** The external authorizer of CUSTOM. */
  public record Provider(String name) {}

  /** One of from and one of to and all of when. */
  public record Rule(List<From> from, List<To> to, List<Condition> when) {}

  /** A source. */
  public record From(@Nullable Source source) {}

  /** An operation. */
  public record To(@Nullable Operation operation) {}

  /** All given fields must hold; within a field any value. */
  public record Source(
      List<String> principals,
      List<String> notPrincipals,
      List<String> requestPrincipals,
      List<String> notRequestPrincipals,
      List<String> namespaces,
      List<String> notNamespaces,
      List<String> serviceAccounts,
      List<String> notServiceAccounts,
      List<String> trustDomains,
      List<String> notTrustDomains,
      List<String> ipBlocks,
      List<String> notIpBlocks,
      List<String> remoteIpBlocks,
      List<String> notRemoteIpBlocks) {}

  /** All given fields must hold; within a field any value. */
  public record Operation(
      List<String> hosts,
      List<String> notHosts,
      List<String> ports,
      List<String> notPorts,
      List<String> methods,
      List<String> notMethods,
      List<String> paths,
      List<String> notPaths) {}

  /** An attribute and the values that it may or may not have. */
  public record Condition(String key, List<String> values, List<String> notValues) {}
}
