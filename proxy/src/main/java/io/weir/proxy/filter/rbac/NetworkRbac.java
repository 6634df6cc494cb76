package io.weir.proxy.filter.rbac;

import io.weir.filter.DynamicMetadata;
import io.weir.filter.StreamInfo;
import io.weir.filter.Timer;
import io.weir.filter.Value;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.filter.network.NetworkFilterCallbacks.CloseType;
import io.weir.proxy.matcher.tree.MatchContext;
import org.jspecify.annotations.Nullable;

/**
 * Denies connections. As in Envoy the decision falls with the peer's first byte, when filters in
 * front have set what rules look at; but until then nothing is sent to a peer that the rules deny
 * as far as can be seen, so that no greeting leaks.
 */
final class NetworkRbac implements NetworkFilter {
  private static final String NAMESPACE = "envoy.filters.network.rbac";

  private final NetworkRbacConfig config;
  private final NetworkRbacConfig.Counters counters;
  private final NetworkFilterCallbacks callbacks;
  private boolean decided;
  private boolean denied;
  private @Nullable Timer delay;

  NetworkRbac(
      NetworkRbacConfig config,
      NetworkRbacConfig.Counters counters,
      NetworkFilterCallbacks callbacks) {
    this.config = config;
    this.counters = counters;
    this.callbacks = callbacks;
  }

  @Override
  public FilterStatus onData(Buffer data, boolean endStream) {
    if (denied) {
      return FilterStatus.STOP_ITERATION;
    }
    if (decided && !config.continuous()) {
      return FilterStatus.CONTINUE;
    }
    MatchContext context = context();
    Engine shadow = config.shadow();
    if (shadow != null) {
      Engine.Decision decision = shadow.decide(context);
      (decision.allowed() ? counters.shadowAllowed : counters.shadowDenied).inc();
      note(config.shadowPrefix() + "shadow_", decision);
    }
    Engine rules = config.rules();
    Engine.Decision decision = rules == null ? Engine.Decision.ALLOWED : rules.decide(context);
    decided = true;
    if (rules == null) {
      return FilterStatus.CONTINUE;
    }
    if (decision.log() != null) {
      info().dynamicMetadata().set("envoy.common", "access_log_hint", Value.of(decision.log()));
    }
    if (decision.allowed()) {
      counters.allowed.inc();
      return FilterStatus.CONTINUE;
    }
    counters.denied.inc();
    deny(decision);
    return FilterStatus.STOP_ITERATION;
  }

  @Override
  public FilterStatus onWrite(Buffer data, boolean endStream) {
    Engine rules = config.rules();
    if (denied || !decided && rules != null && !rules.decide(context()).allowed()) {
      data.clear();
      return FilterStatus.STOP_ITERATION;
    }
    return FilterStatus.CONTINUE;
  }

  private MatchContext context() {
    return MatchContext.ofRequest(info(), new HeaderMap());
  }

  private StreamInfo info() {
    return callbacks.streamInfo();
  }

  private void deny(Engine.Decision decision) {
    denied = true;
    String policy = decision.policy() == null ? "none" : decision.policy();
    callbacks.setConnectionTerminationDetails(
        "rbac_access_denied_matched_policy[" + policy.replace(' ', '_') + "]");
    if (config.delayDenyMillis() > 0) {
      callbacks.readDisable(true);
      delay = callbacks.worker().newTimer(this::close);
      delay.arm(config.delayDenyMillis());
    } else {
      close();
    }
  }

  private void close() {
    callbacks.close(CloseType.NO_FLUSH, "rbac_deny_close");
  }

  private void note(String prefix, Engine.Decision decision) {
    DynamicMetadata metadata = info().dynamicMetadata();
    if (decision.policy() != null) {
      metadata.set(NAMESPACE, prefix + "effective_policy_id", Value.of(decision.policy()));
    }
    metadata.set(
        NAMESPACE, prefix + "engine_result", Value.of(decision.allowed() ? "allowed" : "denied"));
  }

  @Override
  public void onClose(boolean byPeer) {
    if (delay != null) {
      delay.cancel();
    }
  }
}
