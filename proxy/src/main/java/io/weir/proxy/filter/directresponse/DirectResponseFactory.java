package io.weir.proxy.filter.directresponse;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.network.direct_response.v3.Config;
import io.weir.filter.FactoryContext;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.filter.network.NetworkFilterCallbacks.CloseType;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.network.direct_response}. */
public final class DirectResponseFactory implements NetworkFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.network.direct_response";
  }

  @Override
  public List<String> configTypes() {
    return List.of(Config.getDescriptor().getFullName());
  }

  @Override
  public boolean terminal() {
    return true;
  }

  @Override
  public @Nullable NetworkFilterConfig load(Any config, FactoryContext context) {
    Config message = context.unpack(config, Config.getDefaultInstance());
    if (message == null) {
      return null;
    }
    byte[] response =
        message.hasResponse() ? context.read(message.getResponse(), "response") : new byte[0];
    return response == null ? null : _ -> callbacks -> new DirectResponse(response, callbacks);
  }

  private record DirectResponse(byte[] response, NetworkFilterCallbacks callbacks)
      implements NetworkFilter {
    @Override
    public FilterStatus onNewConnection() {
      callbacks.streamInfo().setResponseCodeDetails("direct_response");
      if (response.length > 0) {
        Buffer data = callbacks.worker().newBuffer();
        data.append(response);
        callbacks.write(data, false);
      }
      callbacks.close(CloseType.FLUSH_WRITE, "");
      return FilterStatus.STOP_ITERATION;
    }
  }
}
