package io.weir.proxy.filter.rbac;

import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.weir.filter.FactoryContext;
import io.weir.filter.Worker;
import io.weir.filter.http.RouteConfig;
import org.jspecify.annotations.Nullable;

/** A compiled RBAC configuration, of the filter or of a route. */
final class RbacSettings implements RouteConfig {
  private final @Nullable Engine rules;
  private final @Nullable Engine shadow;
  private final String statPrefix;
  private final String rulesPrefix;
  private final String shadowPrefix;
  private final boolean perRuleStats;
  // Element i is read and written by worker i only.
  private final @Nullable RbacStats[] stats;

  private RbacSettings(
      RBAC message, @Nullable Engine rules, @Nullable Engine shadow, FactoryContext context) {
    this.rules = rules;
    this.shadow = shadow;
    this.statPrefix = context.statPrefix() + "rbac.";
    this.rulesPrefix = message.getRulesStatPrefix();
    this.shadowPrefix = message.getShadowRulesStatPrefix();
    this.perRuleStats = message.getTrackPerRuleStats();
    this.stats = new RbacStats[context.workers().all().size()];
  }

  /** Null when problems were reported. */
  static @Nullable RbacSettings load(RBAC message, FactoryContext context) {
    int before = context.problems().count();
    Engine rules =
        message.hasMatcher()
            ? EngineLoader.matcher(message.getMatcher(), context)
            : message.hasRules()
                ? EngineLoader.policies(message.getRules(), "rules", context)
                : null;
    Engine shadow =
        message.hasShadowMatcher()
            ? EngineLoader.matcher(message.getShadowMatcher(), context)
            : message.hasShadowRules()
                ? EngineLoader.policies(message.getShadowRules(), "shadow_rules", context)
                : null;
    return context.problems().count() > before
        ? null
        : new RbacSettings(message, rules, shadow, context);
  }

  @Override
  public void openWorker(Worker worker) {
    stats[worker.index()] = new RbacStats(worker.stats(), this);
  }

  /** The statistics of the calling worker. */
  RbacStats stats(Worker worker) {
    RbacStats opened = stats[worker.index()];
    if (opened == null) {
      opened = new RbacStats(worker.stats(), this);
      stats[worker.index()] = opened;
    }
    return opened;
  }

  /** What is enforced; null for nothing. */
  @Nullable Engine rules() {
    return rules;
  }

  /** What is tried out; null for nothing. */
  @Nullable Engine shadow() {
    return shadow;
  }

  String statPrefix() {
    return statPrefix;
  }

  String rulesPrefix() {
    return rulesPrefix;
  }

  String shadowPrefix() {
    return shadowPrefix;
  }

  boolean perRuleStats() {
    return perRuleStats;
  }
}
