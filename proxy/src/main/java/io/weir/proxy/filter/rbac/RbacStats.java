package io.weir.proxy.filter.rbac;

import io.weir.filter.Counter;
import io.weir.filter.Stats;
import org.jspecify.annotations.Nullable;

/** {@code rbac.*} of one worker and configuration. */
final class RbacStats {
  private final Stats stats;
  private final RbacSettings settings;
  private final Counter allowed;
  private final Counter denied;
  private final Counter shadowAllowed;
  private final Counter shadowDenied;

  RbacStats(Stats stats, RbacSettings settings) {
    this.stats = stats;
    this.settings = settings;
    String prefix = settings.statPrefix();
    this.allowed = stats.counter(prefix, Prefixes.dotted(settings.rulesPrefix()) + "allowed");
    this.denied = stats.counter(prefix, Prefixes.dotted(settings.rulesPrefix()) + "denied");
    this.shadowAllowed =
        stats.counter(prefix, Prefixes.dotted(settings.shadowPrefix()) + "shadow_allowed");
    this.shadowDenied =
        stats.counter(prefix, Prefixes.dotted(settings.shadowPrefix()) + "shadow_denied");
  }

  void count(Engine.Decision decision) {
    (decision.allowed() ? allowed : denied).inc();
    perRule(settings.rulesPrefix(), decision.policy(), decision.allowed() ? "allowed" : "denied");
  }

  void countShadow(Engine.Decision decision) {
    (decision.allowed() ? shadowAllowed : shadowDenied).inc();
    perRule(
        settings.shadowPrefix(),
        decision.policy(),
        decision.allowed() ? "shadow_allowed" : "shadow_denied");
  }

  private void perRule(String prefix, @Nullable String policy, String what) {
    if (settings.perRuleStats() && policy != null) {
      stats
          .counter(settings.statPrefix(), Prefixes.dotted(prefix) + "policy." + policy + "." + what)
          .inc();
    }
  }
}
