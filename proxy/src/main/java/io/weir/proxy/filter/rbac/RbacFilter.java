package io.weir.proxy.filter.rbac;

import io.weir.filter.DynamicMetadata;
import io.weir.filter.Value;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.proxy.matcher.tree.MatchContext;

/** Denies requests that no rule allows; shadow rules are only counted and noted. */
final class RbacFilter implements HttpFilter {
  private static final String NAMESPACE = "envoy.filters.http.rbac";
  private static final Value ALLOWED = Value.of("allowed");
  private static final Value DENIED = Value.of("denied");

  private final HttpFilterCallbacks callbacks;
  private final RbacSettings configured;

  RbacFilter(HttpFilterCallbacks callbacks, RbacSettings configured) {
    this.callbacks = callbacks;
    this.configured = configured;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    RbacSettings settings =
        callbacks.routeConfig() instanceof RbacSettings route ? route : configured;
    Engine shadow = settings.shadow();
    Engine rules = settings.rules();
    if (shadow == null && rules == null) {
      return FilterHeadersStatus.CONTINUE;
    }
    MatchContext context = MatchContext.ofRequest(callbacks.streamInfo(), headers);
    DynamicMetadata metadata = callbacks.streamInfo().dynamicMetadata();
    if (shadow != null) {
      Engine.Decision decision = shadow.decide(context);
      settings.stats(callbacks.worker()).countShadow(decision);
      note(metadata, settings.shadowPrefix() + "shadow_", decision);
    }
    if (rules == null) {
      return FilterHeadersStatus.CONTINUE;
    }
    Engine.Decision decision = rules.decide(context);
    if (decision.log() != null) {
      metadata.set("envoy.common", "access_log_hint", Value.of(decision.log()));
    }
    note(metadata, settings.rulesPrefix() + "enforced_", decision);
    settings.stats(callbacks.worker()).count(decision);
    if (decision.allowed()) {
      return FilterHeadersStatus.CONTINUE;
    }
    String policy = decision.policy() == null ? "none" : decision.policy();
    callbacks.sendLocalReply(
        LocalReply.of(
            403, "RBAC: access denied", "rbac_access_denied_matched_policy[" + policy + "]"));
    return FilterHeadersStatus.STOP_ITERATION;
  }

  private static void note(DynamicMetadata metadata, String prefix, Engine.Decision decision) {
    if (decision.policy() != null) {
      metadata.set(NAMESPACE, prefix + "effective_policy_id", Value.of(decision.policy()));
    }
    metadata.set(NAMESPACE, prefix + "engine_result", decision.allowed() ? ALLOWED : DENIED);
  }
}
