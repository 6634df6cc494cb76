package io.weir.proxy.upstream;

import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.weir.filter.Problems;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.ResourceWatcher;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints that EDS delivers. The subscription begins with loading and ends with the cluster; what
 * comes before {@link #start} is kept for it.
 */
final class EdsDiscovery implements Discovery, ResourceWatcher<ClusterLoadAssignment> {
  private final String resource;
  private @Nullable Consumer<Assignment> target;
  private @Nullable Assignment latest;

  EdsDiscovery(ConfigSource source, String resource, LoadContext context) {
    this.resource = resource;
    context.subscribe(source, resource, ClusterLoadAssignment.getDefaultInstance(), this);
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
      deliver(assignment);
    }
  }

  @Override
  public void onRemoved() {
    deliver(Assignment.EMPTY);
  }

  @Override
  public void onInitialFetchTimeout() {
    if (latest == null) {
      deliver(Assignment.EMPTY);
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
