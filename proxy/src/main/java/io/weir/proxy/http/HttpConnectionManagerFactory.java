package io.weir.proxy.http;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.weir.filter.FactoryContext;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterFactory;
import io.weir.proxy.extension.LoadContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.network.http_connection_manager}. */
public final class HttpConnectionManagerFactory implements NetworkFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.network.http_connection_manager";
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager");
  }

  @Override
  public boolean terminal() {
    return true;
  }

  @Override
  public @Nullable NetworkFilterConfig load(Any config, FactoryContext context) {
    if (!(context instanceof LoadContext loadContext)) {
      throw new IllegalArgumentException("needs the proxy's own context");
    }
    var message = context.unpack(config, HttpConnectionManager.getDefaultInstance());
    return message == null ? null : new HcmLoader(message, loadContext).load();
  }
}
