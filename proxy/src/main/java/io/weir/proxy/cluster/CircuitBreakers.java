package io.weir.proxy.cluster;

import io.weir.filter.Gauge;
import io.weir.filter.Stats;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one cluster and priority: counts shared by all workers. A worker uses them through
 * its {@link View}, which keeps the gauges.
 */
public final class CircuitBreakers {
  /** What is limited. */
  public enum Resource {
    CONNECTIONS("cx", "max_connections"),
    PENDING_REQUESTS("rq_pending", "max_pending_requests"),
    REQUESTS("rq", "max_requests"),
    RETRIES("rq_retry", "max_retries"),
    CONNECTION_POOLS("cx_pool", "max_connection_pools");

    private final String gauge;
    private final String field;

    Resource(String gauge, String field) {
      this.gauge = gauge;
      this.field = field;
    }

    public String gauge() {
      return gauge;
    }

    /** The field's name, which is the runtime key's end too. */
    public String field() {
      return field;
    }
  }

  /**
   * Makes retries proportional to active requests.
   *
   * @param percent of active and pending requests
   * @param minConcurrency retries that are always allowed
   */
  public record RetryBudget(double percent, int minConcurrency) {}

  private static final Resource[] RESOURCES = Resource.values();
  private static final String[] REMAINING = {
    "remaining_cx", "remaining_pending", "remaining_rq", "remaining_retries", "remaining_cx_pools"
  };

  private final ResourceLimit[] limits = new ResourceLimit[RESOURCES.length];
  private final boolean trackRemaining;
  private final String statPrefix;
  private final long maxConnectionsPerHost;

  /**
   * @param max the limits, in the order of {@link Resource}
   * @param maxConnectionsPerHost {@code per_host_thresholds}
   * @param statPrefix {@code cluster.<name>.circuit_breakers.<priority>.}
   */
  public CircuitBreakers(
      LongSupplier[] max,
      @Nullable RetryBudget budget,
      boolean trackRemaining,
      long maxConnectionsPerHost,
      String statPrefix) {
    this.maxConnectionsPerHost = maxConnectionsPerHost;
    for (int i = 0; i < limits.length; i++) {
      limits[i] = new ResourceLimit(max[i]);
    }
    if (budget != null) {
      ResourceLimit requests = limit(Resource.REQUESTS);
      ResourceLimit pending = limit(Resource.PENDING_REQUESTS);
      limits[Resource.RETRIES.ordinal()] =
          new ResourceLimit(
              () ->
                  Math.max(
                      budget.minConcurrency,
                      (long) (budget.percent / 100 * (requests.used() + pending.used()))));
    }
    this.trackRemaining = trackRemaining;
    this.statPrefix = statPrefix;
  }

  public ResourceLimit limit(Resource resource) {
    return limits[resource.ordinal()];
  }

  /** A worker's access. */
  public View open(Stats stats, boolean firstWorker) {
    return new View(stats, firstWorker);
  }

  /** One worker's access: counts, and shows what is open and what remains. */
  public final class View {
    private final Gauge[] open = new Gauge[RESOURCES.length];
    private final Gauge @Nullable [] remaining;

    private View(Stats stats, boolean first) {
      this.remaining = trackRemaining ? new Gauge[RESOURCES.length] : null;
      for (Resource resource : RESOURCES) {
        int i = resource.ordinal();
        open[i] = stats.gauge(statPrefix, resource.gauge + "_open");
        if (remaining != null) {
          remaining[i] = stats.gauge(statPrefix, REMAINING[i]);
          // The gauge is the sum over the workers: one of them contributes the limit.
          if (first) {
            // Without a limit Envoy shows the greatest unsigned number.
            remaining[i].set(limits[i].max() == Long.MAX_VALUE ? -1 : limits[i].max());
          }
        }
      }
    }

    public long maxConnectionsPerHost() {
      return maxConnectionsPerHost;
    }

    public boolean canCreate(Resource resource) {
      return limits[resource.ordinal()].canCreate();
    }

    public void inc(Resource resource) {
      int i = resource.ordinal();
      if (limits[i].inc()) {
        open[i].inc();
      }
      if (remaining != null) {
        remaining[i].dec();
      }
    }

    public void dec(Resource resource) {
      int i = resource.ordinal();
      if (limits[i].dec()) {
        open[i].dec();
      }
      if (remaining != null) {
        remaining[i].inc();
      }
    }
  }
}
