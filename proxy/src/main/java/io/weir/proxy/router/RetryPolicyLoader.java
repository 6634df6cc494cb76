package io.weir.proxy.router;

import io.envoyproxy.envoy.config.route.v3.RetryPolicy.ResetHeaderFormat;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryHostPredicate;
import io.envoyproxy.envoy.extensions.retry.host.omit_host_metadata.v3.OmitHostMetadataConfig;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import io.weir.filter.Problems;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.matcher.HeaderMatcher;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles {@code envoy.config.route.v3.RetryPolicy}. */
final class RetryPolicyLoader {
  private static final String PREVIOUS_HOSTS = "PreviousHostsPredicate";
  private static final String OMIT_CANARY = "OmitCanaryHostsPredicate";

  private RetryPolicyLoader() {}

  static RetryPolicy load(
      io.envoyproxy.envoy.config.route.v3.RetryPolicy message, LoadContext context) {
    Problems problems = context.problems();
    for (String name : message.getRetryOn().split(",", -1)) {
      if (!name.isBlank() && RetryConditions.parseOne(name.strip()) == 0) {
        problems.warn("retry_on", "unknown condition \"" + name.strip() + "\"", "it is ignored");
      }
    }
    int conditions = RetryConditions.parse(message.getRetryOn());
    int[] codes = new int[message.getRetriableStatusCodesCount()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = message.getRetriableStatusCodes(i);
    }
    var hosts = predicates(message.getRetryHostPredicateList(), context);
    long base = RetryPolicy.DEFAULT_BASE;
    long max = base * 10;
    if (message.hasRetryBackOff()) {
      base = Math.max(1, Durations.millis(message.getRetryBackOff().getBaseInterval()));
      max =
          message.getRetryBackOff().hasMaxInterval()
              ? Durations.millis(message.getRetryBackOff().getMaxInterval())
              : base * 10;
      if (max < base) {
        problems.add("retry_back_off.max_interval", "is less than base_interval", "make it larger");
      }
    }
    var limited = message.getRateLimitedRetryBackOff();
    var resets = new ArrayList<RetryPolicy.ResetHeader>();
    limited
        .getResetHeadersList()
        .forEach(
            header ->
                resets.add(
                    new RetryPolicy.ResetHeader(
                        HeaderName.of(header.getName()),
                        header.getFormat() == ResetHeaderFormat.UNIX_TIMESTAMP)));
    return new RetryPolicy(
        conditions,
        message.hasNumRetries() ? message.getNumRetries().getValue() : 1,
        Durations.millis(message.getPerTryTimeout()),
        Durations.millis(message.getPerTryIdleTimeout()),
        codes,
        HeaderMatcher.loadAll(message.getRetriableHeadersList(), "retriable_headers", problems),
        HeaderMatcher.loadAll(
            message.getRetriableRequestHeadersList(), "retriable_request_headers", problems),
        (int) Math.max(1, message.getHostSelectionRetryMaxAttempts()),
        hosts.previous,
        hosts.canary,
        hosts.metadata,
        priorities(message, context),
        base,
        max,
        List.copyOf(resets),
        limited.hasMaxInterval() ? Durations.millis(limited.getMaxInterval()) : 300_000);
  }

  private record Predicates(boolean previous, boolean canary, Value.@Nullable MapValue metadata) {}

  private static Predicates predicates(List<RetryHostPredicate> list, LoadContext context) {
    boolean previous = false;
    boolean canary = false;
    Value.MapValue metadata = null;
    for (int i = 0; i < list.size(); i++) {
      RetryHostPredicate predicate = list.get(i);
      LoadContext at = context.at("retry_host_predicate[" + i + "]");
      String type = predicate.getTypedConfig().getTypeUrl();
      if (type.endsWith(PREVIOUS_HOSTS) || predicate.getName().endsWith("previous_hosts")) {
        previous = true;
      } else if (type.endsWith(OMIT_CANARY) || predicate.getName().endsWith("omit_canary_hosts")) {
        canary = true;
      } else if (predicate.getTypedConfig().is(OmitHostMetadataConfig.class)) {
        var config =
            at.unpack(predicate.getTypedConfig(), OmitHostMetadataConfig.getDefaultInstance());
        metadata = config == null ? null : RouteActionLoader.subset(config.getMetadataMatch());
      } else {
        at.problems()
            .add(
                "",
                "unknown host predicate " + predicate.getName(),
                "known: previous_hosts, omit_canary_hosts, omit_host_metadata");
      }
    }
    return new Predicates(previous, canary, metadata);
  }

  private static int priorities(
      io.envoyproxy.envoy.config.route.v3.RetryPolicy message, LoadContext context) {
    if (!message.hasRetryPriority()) {
      return 0;
    }
    LoadContext at = context.at("retry_priority.typed_config");
    if (!message.getRetryPriority().getTypedConfig().is(PreviousPrioritiesConfig.class)) {
      at.problems().add("", "unknown retry priority", "known: previous_priorities");
      return 0;
    }
    var config =
        at.unpack(
            message.getRetryPriority().getTypedConfig(),
            PreviousPrioritiesConfig.getDefaultInstance());
    return config == null ? 0 : config.getUpdateFrequency();
  }
}
