package io.weir.proxy.upstream;

import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.weir.filter.Counter;
import io.weir.filter.Problems;
import io.weir.filter.Stats;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.ResourceWatcher;
import io.weir.proxy.worker.ControlThread;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints that EDS delivers. The subscription begins with loading and ends with the cluster; what
 * comes before {@link #start} is kept for it.
 */
final class EdsDiscovery implements Discovery, ResourceWatcher<ClusterLoadAssignment> {
  private final String resource;
  private @Nullable Consumer<Assignment> target;
  private final ControlThread control;
  private final Counter timeoutReceived;
  private final Counter stale;
  private final Counter empty;
  private @Nullable Assignment latest;
  private @Nullable Future<?> expiry;

  /**
   * @param statPrefix {@code cluster.<name>.}
   */
  EdsDiscovery(
      ConfigSource source, String resource, String statPrefix, Stats stats, LoadContext context) {
    this.resource = resource;
    this.control = context.control();
    this.timeoutReceived = stats.counter(statPrefix, "assignment_timeout_received");
    this.stale = stats.counter(statPrefix, "assignment_stale");
    this.empty = stats.counter(statPrefix, "update_empty");
    context.subscribe(
        source, resource, ClusterLoadAssignment.getDefaultInstance(), this, statPrefix);
  }

  @Override
  public void start(Consumer<Assignment> receiver) {
    target = receiver;
    if (latest != null) {
      receiver.accept(latest);
    }
  }

  @Override
  public void onResource(ClusterLoadAssignment message, String version, Problems problems) {
    if (!message.getClusterName().equals(resource)) {
      problems.add(
          "cluster_name",
          "unexpected EDS cluster " + message.getClusterName() + ", expecting " + resource,
          "");
      return;
    }
    Assignment assignment = AssignmentLoader.load(message, false, problems);
    if (assignment != null) {
      armExpiry(assignment.staleAfterMillis());
      deliver(assignment);
    }
  }

  @Override
  public boolean onNothing() {
    empty.inc();
    return true;
  }

  @Override
  public void onRemoved() {
    empty.inc();
    deliver(Assignment.EMPTY);
  }

  @Override
  public void onInitialFetchTimeout() {
    if (latest == null) {
      deliver(Assignment.EMPTY);
    }
  }

  /** {@code endpoint_stale_after}: without a newer assignment there are no endpoints then. */
  private void armExpiry(long millis) {
    if (expiry != null) {
      expiry.cancel(false);
      expiry = null;
    }
    if (millis > 0) {
      timeoutReceived.inc();
      expiry =
          control.schedule(
              () -> {
                stale.inc();
                deliver(Assignment.EMPTY);
              },
              millis);
    }
  }

  @Override
  public void close() {
    if (expiry != null) {
      expiry.cancel(false);
    }
  }

  private void deliver(Assignment assignment) {
    latest = assignment;
    if (target != null) {
      target.accept(assignment);
    }
  }

  @Override
  public boolean keepsHealthyHosts() {
    return true;
  }
}
