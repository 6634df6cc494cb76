package io.weir.proxy.filter.snicluster;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.network.sni_cluster.v3.SniCluster;
import io.weir.filter.FactoryContext;
import io.weir.filter.FilterState.LifeSpan;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterFactory;
import io.weir.proxy.network.TextState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.network.sni_cluster}: the server name is the cluster of tcp_proxy. */
public final class SniClusterFactory implements NetworkFilterFactory {
  private static final String CLUSTER_STATE = "envoy.tcp_proxy.cluster";

  @Override
  public String name() {
    return "envoy.filters.network.sni_cluster";
  }

  @Override
  public List<String> configTypes() {
    return List.of(SniCluster.getDescriptor().getFullName());
  }

  @Override
  public @Nullable NetworkFilterConfig load(Any config, FactoryContext context) {
    return context.unpack(config, SniCluster.getDefaultInstance()) == null
        ? null
        : _ -> SniClusterFilter::new;
  }

  private record SniClusterFilter(NetworkFilterCallbacks callbacks) implements NetworkFilter {
    @Override
    public FilterStatus onNewConnection() {
      String name = callbacks.connection().requestedServerName();
      if (name != null && !name.isEmpty()) {
        callbacks
            .connection()
            .filterState()
            .set(CLUSTER_STATE, new TextState(name), false, LifeSpan.CONNECTION, false);
      }
      return FilterStatus.CONTINUE;
    }
  }
}
