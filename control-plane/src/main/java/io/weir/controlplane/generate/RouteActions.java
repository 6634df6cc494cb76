package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryHostPredicate;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryPriority;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.weir.controlplane.config.Destination;
import io.weir.controlplane.config.DestinationRule.ConsistentHash;
import io.weir.controlplane.config.DestinationRule.HashCookie;
import io.weir.controlplane.config.Percent;
import io.weir.controlplane.config.RetryConditions;
import io.weir.controlplane.config.VirtualService.HttpDestination;
import io.weir.controlplane.config.VirtualService.HttpRoute;
import io.weir.controlplane.config.VirtualService.Retries;
import io.weir.controlplane.config.VirtualService.Rewrite;
import io.weir.controlplane.registry.Service;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Forwarding: destinations, rewrites, timeouts, retries, mirrors, hashing. */
final class RouteActions {

  private static final String DEFAULT_RETRY_ON =
      "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";
  private static final int DEFAULT_RETRIES = 2;
  private static final int HOST_RESELECTIONS = 5;
  private static final int PRIORITY_UPDATES = 2;
  private static final int MILLIONTHS_OF_PERCENT = 10_000;

  private RouteActions() {}

  static void forward(Route.Builder route, HttpRoute rule, HeaderEdits edits, RouteScope scope) {
    RouteAction.Builder action = RouteAction.newBuilder();
    Duration timeout = rule.timeout();
    var time = timeout == null ? Messages.ZERO : Messages.duration(timeout);
    action.setTimeout(time).setMaxGrpcTimeout(time);
    if (!edits.authority().isEmpty()) {
      action.setHostRewriteLiteral(edits.authority());
    }
    rewrite(action, rule.rewrite());
    boolean hashed = destinations(route, action, rule, scope);
    retries(action, rule.retries() != null ? rule.retries() : scope.defaultRetries(), hashed);
    mirrors(action, rule, scope);
    route.setRoute(action);
  }

  /** Returns whether requests go to the one host that a hash chooses. */
  private static boolean destinations(
      Route.Builder route, RouteAction.Builder action, HttpRoute rule, RouteScope scope) {
    List<HttpDestination> destinations = rule.route();
    if (destinations.size() == 1) {
      HttpDestination only = destinations.getFirst();
      String cluster = cluster(only.destination(), scope);
      action.setCluster(cluster);
      HeaderEdits edits = HeaderEdits.of(only.headers());
      HttpRoutes.edit(route, edits);
      // A destination's host counts only where the rule has none, as with several destinations.
      if (!edits.authority().isEmpty() && !action.hasHostRewriteLiteral()) {
        action.setHostRewriteLiteral(edits.authority());
      }
      return hash(action, scope.hashes().get(hashKey(only.destination())));
    }
    WeightedCluster.Builder weighted = WeightedCluster.newBuilder();
    for (HttpDestination destination : destinations) {
      if (destination.weight() == 0) {
        continue;
      }
      String cluster = cluster(destination.destination(), scope);
      HeaderEdits edits = HeaderEdits.of(destination.headers());
      WeightedCluster.ClusterWeight.Builder share =
          WeightedCluster.ClusterWeight.newBuilder()
              .setName(cluster)
              .setWeight(Messages.uint(destination.weight()))
              .addAllRequestHeadersToAdd(edits.requestAdd())
              .addAllRequestHeadersToRemove(edits.requestRemove())
              .addAllResponseHeadersToAdd(edits.responseAdd())
              .addAllResponseHeadersToRemove(edits.responseRemove());
      if (!edits.authority().isEmpty()) {
        share.setHostRewriteLiteral(edits.authority());
      }
      weighted.addClusters(share);
      hash(action, scope.hashes().get(hashKey(destination.destination())));
    }
    action.setWeightedClusters(weighted);
    // With several destinations a retry may go to another of them, whatever is hashed.
    return false;
  }

  /** Under which a destination's hash stands in {@link RouteScope#hashes}. */
  static String hashKey(Destination destination) {
    int port = destination.port() == null ? 0 : destination.port().number();
    return ClusterName.outbound(destination.host(), port, destination.subset());
  }

  static String cluster(Destination destination, RouteScope scope) {
    int port = scope.listenPort();
    Service service = scope.services().get(destination.host());
    if (destination.port() != null && destination.port().number() != 0) {
      port = destination.port().number();
    } else if (service != null && service.ports().size() == 1) {
      port = service.ports().getFirst().number();
    }
    return ClusterName.outbound(destination.host(), port, destination.subset());
  }

  private static void rewrite(RouteAction.Builder action, @Nullable Rewrite rewrite) {
    if (rewrite == null) {
      return;
    }
    if (rewrite.uriRegexRewrite() != null) {
      action.setRegexRewrite(
          RegexMatchAndSubstitute.newBuilder()
              .setPattern(RegexMatcher.newBuilder().setRegex(rewrite.uriRegexRewrite().match()))
              .setSubstitution(rewrite.uriRegexRewrite().rewrite()));
    } else if (!rewrite.uri().isEmpty()) {
      action.setPrefixRewrite(rewrite.uri());
    }
    if (!rewrite.authority().isEmpty()) {
      action.setHostRewriteLiteral(rewrite.authority());
    }
  }

  /**
   * Sets the retry policy.
   *
   * @param retries null for the default; no attempts means none
   * @param hashed whether the host follows from the request, so that another makes no sense
   */
  static void retries(RouteAction.Builder action, @Nullable Retries retries, boolean hashed) {
    if (retries != null && retries.attempts() <= 0) {
      return;
    }
    RetryPolicy.Builder policy =
        RetryPolicy.newBuilder()
            .setRetryOn(DEFAULT_RETRY_ON)
            .setNumRetries(Messages.uint(retries == null ? DEFAULT_RETRIES : retries.attempts()))
            .setHostSelectionRetryMaxAttempts(HOST_RESELECTIONS);
    Boolean chosen = retries == null ? null : retries.retryIgnorePreviousHosts();
    if (chosen == null ? !hashed : chosen) {
      policy.addRetryHostPredicate(
          RetryHostPredicate.newBuilder()
              .setName("envoy.retry_host_predicates.previous_hosts")
              .setTypedConfig(Messages.any(PreviousHostsPredicate.getDefaultInstance())));
    }
    if (retries != null) {
      refine(policy, retries);
    }
    action.setRetryPolicy(policy);
  }

  private static void refine(RetryPolicy.Builder policy, Retries retries) {
    if (!retries.retryOn().isEmpty()) {
      RetryConditions when = RetryConditions.parse(retries.retryOn());
      policy
          .setRetryOn(String.join(",", when.conditions()))
          .addAllRetriableStatusCodes(when.statusCodes());
    }
    Duration perTry = retries.perTryTimeout();
    if (perTry != null) {
      policy.setPerTryTimeout(Messages.duration(perTry));
    }
    if (Boolean.TRUE.equals(retries.retryRemoteLocalities())) {
      policy.setRetryPriority(
          RetryPriority.newBuilder()
              .setName("envoy.retry_priorities.previous_priorities")
              .setTypedConfig(
                  Messages.any(
                      PreviousPrioritiesConfig.newBuilder()
                          .setUpdateFrequency(PRIORITY_UPDATES)
                          .build())));
    }
    Duration backoff = retries.backoff();
    if (backoff != null) {
      policy.setRetryBackOff(
          RetryPolicy.RetryBackOff.newBuilder().setBaseInterval(Messages.duration(backoff)));
    }
  }

  private static void mirrors(RouteAction.Builder action, HttpRoute rule, RouteScope scope) {
    Destination mirror = rule.mirror();
    if (mirror != null) {
      FractionalPercent share = FractionalPercent.newBuilder().setNumerator(100).build();
      Percent percentage = rule.mirrorPercentage();
      Integer percent = rule.mirrorPercent();
      if (percentage != null) {
        share = fraction(percentage);
      } else if (percent != null) {
        share = FractionalPercent.newBuilder().setNumerator(percent).build();
      }
      mirror(action, mirror, share, scope);
    }
    for (var further : rule.mirrors()) {
      Percent percentage = further.percentage();
      FractionalPercent share =
          percentage == null
              ? FractionalPercent.newBuilder().setNumerator(100).build()
              : fraction(percentage);
      mirror(action, further.destination(), share, scope);
    }
  }

  private static void mirror(
      RouteAction.Builder action, Destination to, FractionalPercent share, RouteScope scope) {
    if (share.getNumerator() > 0) {
      action.addRequestMirrorPolicies(
          RequestMirrorPolicy.newBuilder()
              .setCluster(cluster(to, scope))
              .setRuntimeFraction(RuntimeFractionalPercent.newBuilder().setDefaultValue(share))
              .setTraceSampled(Messages.bool(false))
              .setDisableShadowHostSuffixAppend(true));
    }
  }

  static FractionalPercent fraction(Percent percent) {
    return FractionalPercent.newBuilder()
        .setNumerator((int) (percent.value() * MILLIONTHS_OF_PERCENT))
        .setDenominator(FractionalPercent.DenominatorType.MILLION)
        .build();
  }

  /** Adds what is hashed; false when nothing is. */
  static boolean hash(RouteAction.Builder action, @Nullable ConsistentHash hash) {
    if (hash == null) {
      return false;
    }
    HashPolicy.Builder policy = HashPolicy.newBuilder();
    if (hash.httpHeaderName() != null) {
      policy.setHeader(HashPolicy.Header.newBuilder().setHeaderName(hash.httpHeaderName()));
    } else if (hash.httpCookie() != null) {
      policy.setCookie(cookie(hash.httpCookie()));
    } else if (Boolean.TRUE.equals(hash.useSourceIp())) {
      policy.setConnectionProperties(
          HashPolicy.ConnectionProperties.newBuilder().setSourceIp(true));
    } else if (hash.httpQueryParameterName() != null) {
      policy.setQueryParameter(
          HashPolicy.QueryParameter.newBuilder().setName(hash.httpQueryParameterName()));
    } else {
      return false;
    }
    action.addHashPolicy(policy);
    return true;
  }

  private static HashPolicy.Cookie cookie(HashCookie cookie) {
    HashPolicy.Cookie.Builder out =
        HashPolicy.Cookie.newBuilder().setName(cookie.name()).setPath(cookie.path());
    Duration ttl = cookie.ttl();
    if (ttl != null) {
      out.setTtl(Messages.duration(ttl));
    }
    cookie
        .attributes()
        .forEach(
            attribute ->
                out.addAttributes(
                    HashPolicy.CookieAttribute.newBuilder()
                        .setName(attribute.name())
                        .setValue(attribute.value())));
    return out.build();
  }
}
