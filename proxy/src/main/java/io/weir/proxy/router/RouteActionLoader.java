package io.weir.proxy.router;

import io.envoyproxy.envoy.config.route.v3.WeightedCluster.ClusterWeight;
import io.envoyproxy.envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig;
import io.weir.filter.Problems;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.ProtoValues;
import io.weir.proxy.formatter.HeaderMutationsLoader;
import io.weir.proxy.matcher.RegexSubstitution;
import io.weir.proxy.ratelimit.RateLimitPolicy;
import io.weir.proxy.ratelimit.RateLimitPolicyLoader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compiles what a route does. One instance compiles one route. */
final class RouteActionLoader {
  private final VirtualHostLoader.Inherited inherited;
  private final FilterConfigs configs;
  private final @Nullable PathMatch path;
  private final LoadContext context;
  // Filled in by resolve(), when the entry exists that weighted routes refer to.
  private final List<ResolvedRoute> weightedRoutes = new ArrayList<>();
  private final List<WeightedTarget> weightedTargets = new ArrayList<>();

  private record WeightedTarget(@Nullable String cluster, ResolvedRoute.Weighted weighted) {}

  RouteActionLoader(
      VirtualHostLoader.Inherited inherited,
      FilterConfigs configs,
      @Nullable PathMatch path,
      LoadContext context) {
    this.inherited = inherited;
    this.configs = configs;
    this.path = path;
    this.context = context;
  }

  /** Null when problems were reported. */
  @Nullable RouteAction load(io.envoyproxy.envoy.config.route.v3.Route message) {
    return switch (message.getActionCase()) {
      case ROUTE -> forward(message.getRoute(), context.at("route"));
      case REDIRECT -> DirectActions.redirect(message.getRedirect(), path, context.at("redirect"));
      case DIRECT_RESPONSE ->
          DirectActions.response(
              message.getDirectResponse(),
              inherited.maxDirectBody(),
              context.at("direct_response"));
      // To the router this is a route to a cluster that does not exist.
      case NON_FORWARDING_ACTION, FILTER_ACTION ->
          forward(
              io.envoyproxy.envoy.config.route.v3.RouteAction.newBuilder().setCluster("").build(),
              context);
      case ACTION_NOT_SET -> {
        context
            .problems()
            .add("", "a route needs an action", "set route, redirect or direct_response");
        yield null;
      }
    };
  }

  /** The route that a request gets before clusters are chosen. */
  ResolvedRoute resolve(RouteEntry entry) {
    for (WeightedTarget target : weightedTargets) {
      weightedRoutes.add(new ResolvedRoute(entry, target.cluster, target.weighted));
    }
    String cluster = entry.action() instanceof ForwardAction forward ? forward.cluster() : null;
    return new ResolvedRoute(entry, cluster, null);
  }

  @SuppressWarnings("deprecation") // deprecated, not gone
  private static boolean withHostLimits(io.envoyproxy.envoy.config.route.v3.RouteAction action) {
    return action.getIncludeVhRateLimits().getValue();
  }

  private @Nullable RouteAction forward(
      io.envoyproxy.envoy.config.route.v3.RouteAction action, LoadContext at) {
    Problems problems = at.problems();
    int before = problems.count();
    String cluster = null;
    HeaderName clusterHeader = null;
    WeightedClusters weighted = null;
    switch (action.getClusterSpecifierCase()) {
      case CLUSTER -> {
        cluster = action.getCluster();
        checkCluster(cluster, "cluster", at);
      }
      case CLUSTER_HEADER -> clusterHeader = HeaderName.of(action.getClusterHeader());
      case WEIGHTED_CLUSTERS ->
          weighted = weighted(action.getWeightedClusters(), at.at("weighted_clusters"));
      case CLUSTER_SPECIFIER_PLUGIN, INLINE_CLUSTER_SPECIFIER_PLUGIN ->
          problems.add("", "cluster specifier plugins are not implemented", "name a cluster");
      case CLUSTERSPECIFIER_NOT_SET ->
          problems.add("", "no cluster is given", "set cluster or weighted_clusters");
    }
    PathRewrite rewrite = rewrite(action, at);
    HostRewrite hostRewrite = hostRewrite(action, at);
    RetryPolicy retry =
        action.hasRetryPolicy()
            ? RetryPolicyLoader.load(action.getRetryPolicy(), at.at("retry_policy"))
            : inherited.retry();
    InternalRedirects redirects =
        InternalRedirectsLoader.load(action, at.at("internal_redirect_policy"));
    List<MirrorPolicy> mirrors =
        action.getRequestMirrorPoliciesCount() == 0
            ? inherited.mirrors()
            : MirrorPolicies.load(
                action.getRequestMirrorPoliciesList(), inherited.validateClusters(), at);
    HashPolicy hash = HashPolicyLoader.load(action.getHashPolicyList(), at);
    RateLimitPolicy limits =
        RateLimitPolicyLoader.ofRoute(action.getRateLimitsList(), "rate_limits", at);
    if (problems.count() > before) {
      return null;
    }
    RouteTimeouts timeouts = timeouts(action);
    return new ForwardAction(
        cluster,
        clusterHeader,
        weighted,
        notFoundCode(action),
        subset(action.getMetadataMatch()),
        hostRewrite,
        rewrite,
        action.getAppendXForwardedHost(),
        timeouts,
        retry,
        action.hasHedgePolicy()
            ? VirtualHostLoader.hedge(action.getHedgePolicy())
            : inherited.hedge(),
        mirrors,
        hash,
        action.getPriority() == io.envoyproxy.envoy.config.core.v3.RoutingPriority.HIGH,
        redirects,
        upgrades(action, problems),
        TimeoutSettings.usual(timeouts, retry),
        limits,
        withHostLimits(action));
  }

  private void checkCluster(String cluster, String field, LoadContext at) {
    if (!cluster.isEmpty() && inherited.validateClusters() && !at.hasCluster(cluster)) {
      at.problems()
          .add(
              field,
              "unknown cluster '" + cluster + "'",
              "define it, or set validate_clusters: false");
    }
  }

  private static int notFoundCode(io.envoyproxy.envoy.config.route.v3.RouteAction action) {
    return switch (action.getClusterNotFoundResponseCode()) {
      case NOT_FOUND -> 404;
      case INTERNAL_SERVER_ERROR -> 500;
      default -> 503;
    };
  }

  static Value.@Nullable MapValue subset(io.envoyproxy.envoy.config.core.v3.Metadata metadata) {
    return ProtoValues.of(metadata).namespace("envoy.lb");
  }

  @SuppressWarnings("deprecation")
  private static RouteTimeouts timeouts(io.envoyproxy.envoy.config.route.v3.RouteAction action) {
    var duration = action.getMaxStreamDuration();
    return new RouteTimeouts(
        action.hasTimeout() ? Durations.millis(action.getTimeout()) : RouteTimeouts.DEFAULT_TIMEOUT,
        action.hasIdleTimeout() ? Durations.millis(action.getIdleTimeout()) : -1,
        duration.hasMaxStreamDuration() ? Durations.millis(duration.getMaxStreamDuration()) : -1,
        duration.hasGrpcTimeoutHeaderMax()
            ? Durations.millis(duration.getGrpcTimeoutHeaderMax())
            : -1,
        duration.hasGrpcTimeoutHeaderOffset()
            ? Durations.millis(duration.getGrpcTimeoutHeaderOffset())
            : 0,
        action.hasMaxGrpcTimeout() ? Durations.millis(action.getMaxGrpcTimeout()) : -1,
        action.hasGrpcTimeoutOffset() ? Durations.millis(action.getGrpcTimeoutOffset()) : 0);
  }

  private static Map<String, ForwardAction.Upgrade> upgrades(
      io.envoyproxy.envoy.config.route.v3.RouteAction action, Problems problems) {
    var upgrades = new HashMap<String, ForwardAction.Upgrade>();
    for (int i = 0; i < action.getUpgradeConfigsCount(); i++) {
      var config = action.getUpgradeConfigs(i);
      String type = config.getUpgradeType().toLowerCase(Locale.ROOT);
      var upgrade =
          new ForwardAction.Upgrade(
              !config.hasEnabled() || config.getEnabled().getValue(),
              config.hasConnectConfig(),
              config.getConnectConfig().getAllowPost());
      if (upgrades.put(type, upgrade) != null) {
        problems.add("upgrade_configs[" + i + "]", "duplicate upgrade " + type, "remove one");
      }
      if (config.hasConnectConfig() && !type.equals("connect")) {
        problems.add(
            "upgrade_configs[" + i + "].connect_config", "is for CONNECT upgrades only", "");
      }
    }
    return Map.copyOf(upgrades);
  }

  private HostRewrite hostRewrite(
      io.envoyproxy.envoy.config.route.v3.RouteAction action, LoadContext at) {
    return switch (action.getHostRewriteSpecifierCase()) {
      case HOST_REWRITE_LITERAL ->
          action.getHostRewriteLiteral().isEmpty()
              ? HostRewrite.NONE
              : new HostRewrite.Literal(action.getHostRewriteLiteral());
      case AUTO_HOST_REWRITE ->
          action.getAutoHostRewrite().getValue() ? new HostRewrite.Auto() : HostRewrite.NONE;
      case HOST_REWRITE_HEADER ->
          new HostRewrite.FromHeader(HeaderName.of(action.getHostRewriteHeader()));
      case HOST_REWRITE_PATH_REGEX -> {
        var substitution =
            RegexSubstitution.load(
                action.getHostRewritePathRegex(), at.problems().at("host_rewrite_path_regex"));
        yield substitution == null ? HostRewrite.NONE : new HostRewrite.FromPath(substitution);
      }
      case HOSTREWRITESPECIFIER_NOT_SET -> HostRewrite.NONE;
    };
  }

  private @Nullable PathRewrite rewrite(
      io.envoyproxy.envoy.config.route.v3.RouteAction action, LoadContext at) {
    int given =
        (action.getPrefixRewrite().isEmpty() ? 0 : 1)
            + (action.hasRegexRewrite() ? 1 : 0)
            + (action.hasPathRewritePolicy() ? 1 : 0);
    if (given > 1) {
      at.problems()
          .add(
              "",
              "more than one of prefix_rewrite, regex_rewrite and path_rewrite_policy",
              "keep one");
      return null;
    }
    if (!action.getPrefixRewrite().isEmpty()) {
      return new PathRewrite.Prefix(action.getPrefixRewrite());
    }
    if (action.hasRegexRewrite()) {
      var regex =
          RegexSubstitution.load(action.getRegexRewrite(), at.problems().at("regex_rewrite"));
      return regex == null ? null : new PathRewrite.Regex(regex.pattern(), regex.substitution());
    }
    return action.hasPathRewritePolicy()
        ? templateRewrite(action, at.at("path_rewrite_policy"))
        : null;
  }

  private @Nullable PathRewrite templateRewrite(
      io.envoyproxy.envoy.config.route.v3.RouteAction action, LoadContext at) {
    var any = action.getPathRewritePolicy().getTypedConfig();
    if (!any.is(UriTemplateRewriteConfig.class)) {
      at.problems().add("", "unknown path rewriter", "known: the URI template rewriter");
      return null;
    }
    if (!(path instanceof PathMatch.Template(UriTemplate template))) {
      at.problems().add("", "needs a path_match_policy with a URI template", "");
      return null;
    }
    var config = at.unpack(any, UriTemplateRewriteConfig.getDefaultInstance());
    UriTemplateRewrite rewrite =
        config == null
            ? null
            : UriTemplateRewrite.compile(
                config.getPathTemplateRewrite(),
                template,
                at.problems().at("typed_config.path_template_rewrite"));
    return rewrite == null ? null : new PathRewrite.Template(rewrite);
  }

  @SuppressWarnings("deprecation")
  private @Nullable WeightedClusters weighted(
      io.envoyproxy.envoy.config.route.v3.WeightedCluster message, LoadContext at) {
    int count = message.getClustersCount();
    long[] weights = new long[count];
    long total = 0;
    for (int i = 0; i < count; i++) {
      ClusterWeight weight = message.getClusters(i);
      LoadContext here = at.at("clusters[" + i + "]");
      weights[i] = weight.getWeight().getValue() & 0xffffffffL;
      total += weights[i];
      weightedTargets.add(target(weight, here));
    }
    if (total == 0 || total > 0xffffffffL) {
      at.problems().add("clusters", "the weights' sum must be above 0 and below 2^32", "");
      return null;
    }
    if (message.hasTotalWeight() && message.getTotalWeight().getValue() != total) {
      at.problems().add("total_weight", "is not the sum of the weights, " + total, "remove it");
      return null;
    }
    String prefix = message.getRuntimeKeyPrefix();
    String[] keys = new String[prefix.isEmpty() ? 0 : count];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = prefix + "." + message.getClusters(i).getName();
    }
    return new WeightedClusters(
        weightedRoutes,
        weights,
        total,
        at.runtime(),
        keys,
        message.getHeaderName().isEmpty() ? null : HeaderName.of(message.getHeaderName()));
  }

  private WeightedTarget target(ClusterWeight weight, LoadContext at) {
    boolean byHeader = !weight.getClusterHeader().isEmpty();
    if (byHeader != weight.getName().isEmpty()) {
      at.problems().add("", "needs either name or cluster_header", "");
    }
    if (!byHeader) {
      checkCluster(weight.getName(), "name", at);
    }
    Problems problems = at.problems();
    var weighted =
        new ResolvedRoute.Weighted(
            byHeader ? HeaderName.of(weight.getClusterHeader()) : null,
            subset(weight.getMetadataMatch()),
            weight.getHostRewriteLiteral(),
            HeaderMutationsLoader.load(
                weight.getRequestHeadersToAddList(),
                weight.getRequestHeadersToRemoveList(),
                "request",
                problems),
            HeaderMutationsLoader.load(
                weight.getResponseHeadersToAddList(),
                weight.getResponseHeadersToRemoveList(),
                "response",
                problems),
            FilterConfigs.load(weight.getTypedPerFilterConfigMap(), configs, at));
    return new WeightedTarget(byHeader ? null : weight.getName(), weighted);
  }
}
