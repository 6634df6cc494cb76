package io.weir.proxy.filter.originaldst;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
import io.weir.filter.FactoryContext;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.ListenerFilter;
import io.weir.filter.network.ListenerFilterCallbacks;
import io.weir.filter.network.ListenerFilterConfig;
import io.weir.filter.network.ListenerFilterFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.listener.original_dst}. */
public final class OriginalDstFactory implements ListenerFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.listener.original_dst";
  }

  @Override
  public List<String> configTypes() {
    return List.of(OriginalDst.getDescriptor().getFullName());
  }

  @Override
  public @Nullable ListenerFilterConfig load(Any config, FactoryContext context) {
    return context.unpack(config, OriginalDst.getDefaultInstance()) == null
        ? null
        : OriginalDstFilter::new;
  }

  /** Puts the address that the peer wanted to reach in place of the one it was redirected to. */
  private static final class OriginalDstFilter implements ListenerFilter {
    @Override
    public FilterStatus onAccept(ListenerFilterCallbacks callbacks) {
      callbacks.restoreLocalAddress(callbacks.originalDestination());
      return FilterStatus.CONTINUE;
    }
  }
}
