package io.weir.proxy.filter.connectionlimit;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.core.v3.RuntimeFeatureFlag;
import io.envoyproxy.envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit;
import io.weir.filter.FactoryContext;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterFactory;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.Runtime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.network.connection_limit}. */
public final class ConnectionLimitFactory implements NetworkFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.network.connection_limit";
  }

  @Override
  public List<String> configTypes() {
    return List.of(ConnectionLimit.getDescriptor().getFullName());
  }

  @Override
  public @Nullable NetworkFilterConfig load(Any config, FactoryContext context) {
    ConnectionLimit message = context.unpack(config, ConnectionLimit.getDefaultInstance());
    if (message == null) {
      return null;
    }
    if (!message.hasMaxConnections()) {
      context.problems().add("max_connections", "is missing", "say how many may be open");
      return null;
    }
    RuntimeFeatureFlag flag = message.getRuntimeEnabled();
    boolean enabled = !flag.hasDefaultValue() || flag.getDefaultValue().getValue();
    Runtime runtime = context instanceof LoadContext load ? load.runtime() : Runtime.EMPTY;
    return new ConnectionLimitConfig(
        message.getStatPrefix(),
        message.getMaxConnections().getValue(),
        Durations.toMillis(message.getDelay()),
        runtime,
        flag.getRuntimeKey(),
        enabled);
  }
}
