package io.weir.proxy.filter.healthcheck;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.health_check.v3.HealthCheck;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.matcher.HeaderMatcher;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Makes health check filters. */
public final class HealthCheckFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.health_check";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.filters.http.health_check.v3.HealthCheck");
  }

  /**
   * A compiled configuration.
   *
   * @param minHealthy percent by cluster
   * @param localCluster this proxy's {@code node.cluster}
   * @param failed whether health checks fail on request
   * @param cache null when answers are not kept
   */
  record Settings(
      boolean passThrough,
      List<HeaderMatcher> headers,
      Map<String, Double> minHealthy,
      String localCluster,
      BooleanSupplier failed,
      @Nullable AnswerCache cache) {}

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    int before = context.problems().count();
    HealthCheck message = context.unpack(config, HealthCheck.getDefaultInstance());
    if (message == null) {
      return null;
    }
    boolean passThrough = message.getPassThroughMode().getValue();
    long cacheMillis =
        message.getCacheTime().getSeconds() * 1000 + message.getCacheTime().getNanos() / 1_000_000;
    if (!passThrough && cacheMillis > 0) {
      context.problems().add("cache_time", "is for pass_through_mode only");
    }
    if (passThrough && message.getClusterMinHealthyPercentagesCount() > 0) {
      context
          .problems()
          .add("cluster_min_healthy_percentages", "cannot be used with pass_through_mode");
    }
    Map<String, Double> minHealthy = new TreeMap<>();
    message
        .getClusterMinHealthyPercentagesMap()
        .forEach((name, percent) -> minHealthy.put(name, percent.getValue()));
    var settings =
        new Settings(
            passThrough,
            HeaderMatcher.loadAll(message.getHeadersList(), "headers", context.problems()),
            minHealthy,
            context.node().cluster(),
            context instanceof LoadContext load ? load.healthFailed() : () -> false,
            cacheMillis > 0 ? new AnswerCache(cacheMillis) : null);
    return context.problems().count() > before
        ? null
        : _ -> callbacks -> new HealthCheckFilter(callbacks, settings);
  }
}
