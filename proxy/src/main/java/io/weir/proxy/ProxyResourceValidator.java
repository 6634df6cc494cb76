package io.weir.proxy;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.weir.proxy.config.ResourceCheck;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.listener.ListenerLoader;
import io.weir.proxy.router.RouteTableLoader;
import io.weir.proxy.stats.StatsStore;
import io.weir.proxy.upstream.AssignmentLoader;
import io.weir.proxy.upstream.ClusterManager;
import io.weir.xds.Problem;
import io.weir.xds.ResourceType;
import io.weir.xds.validate.ResourceValidator;
import java.util.List;

/** Says what this proxy would refuse in a resource, by loading it. */
public final class ProxyResourceValidator implements ResourceValidator {
  private final ResourceCheck check =
      new ResourceCheck(ProxyResourceValidator.class.getClassLoader(), RouteTableLoader::load);
  private final ClusterManager clusters =
      new ClusterManager(List::of, new StatsStore(0), new ConfigCheck.NoNames(), "");

  @Override
  public List<Problem> validate(ResourceType type, Message resource) {
    return check.check("", resource, context -> load(resource, context));
  }

  private void load(Message resource, LoadContext context) {
    switch (resource) {
      case Listener listener -> ListenerLoader.load(listener, context);
      case Cluster cluster -> clusters.load(cluster, context);
      case RouteConfiguration routes -> RouteTableLoader.load(routes, context, false);
      case ClusterLoadAssignment assignment ->
          AssignmentLoader.load(assignment, false, context.problems());
      case TypedExtensionConfig extension -> filter(extension, context);
      default -> {}
    }
  }

  private static void filter(TypedExtensionConfig extension, LoadContext context) {
    Any config = extension.getTypedConfig();
    context.httpFilter(
        HttpFilter.newBuilder().setName(extension.getName()).setTypedConfig(config).build(), false);
  }
}
