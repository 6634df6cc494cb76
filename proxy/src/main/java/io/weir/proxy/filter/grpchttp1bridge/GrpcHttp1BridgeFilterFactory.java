package io.weir.proxy.filter.grpchttp1bridge;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.grpc_http1_bridge.v3.Config;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.http.grpc_http1_bridge}. */
public final class GrpcHttp1BridgeFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.grpc_http1_bridge";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.filters.http.grpc_http1_bridge.v3.Config");
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    Config message = context.unpack(config, Config.getDefaultInstance());
    if (message == null) {
      return null;
    }
    boolean upgrade = message.getUpgradeProtobufToGrpc();
    boolean pathOnly = message.getIgnoreQueryParameters();
    return worker -> callbacks -> new GrpcHttp1BridgeFilter(callbacks, upgrade, pathOnly);
  }
}
