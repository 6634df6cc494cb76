package io.weir.proxy.router;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteList;
import io.weir.filter.Problems;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.ProtoValues;
import io.weir.proxy.formatter.HeaderMutationsLoader;
import io.weir.proxy.matcher.HeaderMatcher;
import io.weir.proxy.matcher.tree.MatchTree;
import io.weir.proxy.matcher.tree.MatchTreeLoader;
import io.weir.proxy.ratelimit.RateLimitPolicyLoader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles {@code envoy.config.route.v3.VirtualHost}. */
final class VirtualHostLoader {
  private VirtualHostLoader() {}

  /** What a virtual host gets from its route configuration. */
  record Scope(
      CompiledRouteTable table,
      FilterConfigs configs,
      List<MirrorPolicy> mirrors,
      boolean validateClusters,
      long maxDirectBody) {}

  /** What routes get from their virtual host. */
  record Inherited(
      VirtualHost host,
      FilterConfigs configs,
      @Nullable RetryPolicy retry,
      HedgePolicy hedge,
      List<MirrorPolicy> mirrors,
      long bufferLimit,
      boolean validateClusters,
      long maxDirectBody) {}

  static void load(
      io.envoyproxy.envoy.config.route.v3.VirtualHost message,
      Scope scope,
      DomainIndex.Builder<VirtualHost> index,
      LoadContext context) {
    Problems problems = context.problems();
    var host =
        new VirtualHost(
            scope.table,
            settings(message, context),
            HeaderMutationsLoader.load(
                message.getRequestHeadersToAddList(),
                message.getRequestHeadersToRemoveList(),
                "request",
                problems),
            HeaderMutationsLoader.load(
                message.getResponseHeadersToAddList(),
                message.getResponseHeadersToRemoveList(),
                "response",
                problems));
    if (!host.settings().virtualClusters().isEmpty()) {
      scope.table.addCounted(host);
    }
    for (int i = 0; i < message.getDomainsCount(); i++) {
      index.add(message.getDomains(i), host, problems.at("domains[" + i + "]"));
    }
    FilterConfigs configs =
        FilterConfigs.load(message.getTypedPerFilterConfigMap(), scope.configs, context);
    List<MirrorPolicy> mirrors =
        message.getRequestMirrorPoliciesCount() == 0
            ? scope.mirrors
            : MirrorPolicies.load(
                message.getRequestMirrorPoliciesList(), scope.validateClusters, context);
    var inherited =
        new Inherited(
            host,
            configs,
            message.hasRetryPolicy()
                ? RetryPolicyLoader.load(message.getRetryPolicy(), context.at("retry_policy"))
                : null,
            message.hasHedgePolicy() ? hedge(message.getHedgePolicy()) : HedgePolicy.NONE,
            mirrors,
            host.settings().bufferLimit(),
            scope.validateClusters,
            scope.maxDirectBody);
    var routes = new ArrayList<ResolvedRoute>(message.getRoutesCount());
    for (int i = 0; i < message.getRoutesCount(); i++) {
      ResolvedRoute route =
          RouteLoader.load(message.getRoutes(i), inherited, context.at("routes[" + i + "]"));
      if (route != null) {
        routes.add(route);
      }
    }
    boolean tls = host.settings().requireTls() != VirtualHost.RequireTls.NONE;
    if (message.hasMatcher()) {
      if (!routes.isEmpty()) {
        problems.add("matcher", "cannot stand beside routes", "keep one of the two");
      }
      MatchTree<VirtualHost.Choice> tree =
          new MatchTreeLoader<VirtualHost.Choice>(
                  (config, at) -> choice(config, inherited, (LoadContext) at))
              .load(message.getMatcher(), context.at("matcher"));
      if (tree != null) {
        host.setMatcher(tree);
      }
    }
    host.setRoutes(routes, tls ? RouteLoader.tlsRedirect(inherited) : null);
  }

  /** An action of {@code matcher}: a route, or several. Null when problems were reported. */
  private static VirtualHost.@Nullable Choice choice(
      Any config, Inherited inherited, LoadContext context) {
    if (config.is(Route.class)) {
      Route message = context.unpack(config, Route.getDefaultInstance());
      ResolvedRoute route = message == null ? null : RouteLoader.load(message, inherited, context);
      return route == null ? null : new VirtualHost.Choice(List.of(route));
    }
    if (!config.is(RouteList.class)) {
      context
          .problems()
          .add("", "no action of a route matcher", "use envoy.config.route.v3.Route or RouteList");
      return null;
    }
    RouteList list = context.unpack(config, RouteList.getDefaultInstance());
    var routes = new ArrayList<ResolvedRoute>();
    for (int i = 0; list != null && i < list.getRoutesCount(); i++) {
      ResolvedRoute route =
          RouteLoader.load(list.getRoutes(i), inherited, context.at("routes[" + i + "]"));
      if (route != null) {
        routes.add(route);
      }
    }
    return list == null ? null : new VirtualHost.Choice(List.copyOf(routes));
  }

  static HedgePolicy hedge(io.envoyproxy.envoy.config.route.v3.HedgePolicy message) {
    return new HedgePolicy(
        message.hasInitialRequests() ? message.getInitialRequests().getValue() : 1,
        message.hasAdditionalRequestChance()
            ? io.weir.proxy.extension.RuntimeFraction.of(message.getAdditionalRequestChance())
            : null,
        message.getHedgeOnPerTryTimeout());
  }

  private static VirtualHost.Settings settings(
      io.envoyproxy.envoy.config.route.v3.VirtualHost message, LoadContext context) {
    Problems problems = context.problems();
    var clusters = new ArrayList<VirtualHost.VirtualCluster>();
    for (int i = 0; i < message.getVirtualClustersCount(); i++) {
      var cluster = message.getVirtualClusters(i);
      if (cluster.getHeadersCount() == 0) {
        problems.add("virtual_clusters[" + i + "].headers", "must not be empty", "");
      }
      clusters.add(
          new VirtualHost.VirtualCluster(
              cluster.getName(),
              HeaderMatcher.loadAll(
                  cluster.getHeadersList(), "virtual_clusters[" + i + "].headers", problems)));
    }
    return new VirtualHost.Settings(
        message.getName(),
        ProtoValues.of(message.getMetadata()),
        switch (message.getRequireTls()) {
          case ALL -> VirtualHost.RequireTls.ALL;
          case EXTERNAL_ONLY -> VirtualHost.RequireTls.EXTERNAL_ONLY;
          default -> VirtualHost.RequireTls.NONE;
        },
        List.copyOf(clusters),
        message.getIncludeRequestAttemptCount(),
        message.getIncludeAttemptCountInResponse(),
        message.getIncludeIsTimeoutRetryHeader(),
        message.hasPerRequestBufferLimitBytes()
            ? message.getPerRequestBufferLimitBytes().getValue() & 0xffffffffL
            : -1,
        RateLimitPolicyLoader.ofRoute(message.getRateLimitsList(), "rate_limits", context));
  }
}
