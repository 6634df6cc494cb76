package io.weir.proxy.filter.echo;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.network.echo.v3.Echo;
import io.weir.filter.FactoryContext;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.network.echo}. */
public final class EchoFactory implements NetworkFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.network.echo";
  }

  @Override
  public List<String> configTypes() {
    return List.of(Echo.getDescriptor().getFullName());
  }

  @Override
  public boolean terminal() {
    return true;
  }

  @Override
  public @Nullable NetworkFilterConfig load(Any config, FactoryContext context) {
    return context.unpack(config, Echo.getDefaultInstance()) == null ? null : _ -> EchoFilter::new;
  }

  /** Stops reading while the peer does not read what it sent. */
  private record EchoFilter(NetworkFilterCallbacks callbacks) implements NetworkFilter {
    @Override
    public FilterStatus onData(Buffer data, boolean endStream) {
      Buffer copy = callbacks.worker().newBuffer();
      data.moveTo(copy);
      callbacks.write(copy, endStream);
      return FilterStatus.STOP_ITERATION;
    }

    @Override
    public void onAboveWriteBufferHighWatermark() {
      callbacks.readDisable(true);
    }

    @Override
    public void onBelowWriteBufferLowWatermark() {
      callbacks.readDisable(false);
    }
  }
}
