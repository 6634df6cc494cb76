package io.weir.proxy.filter.grpcweb;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.grpc_web.v3.GrpcWeb;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.http.grpc_web}. */
public final class GrpcWebFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.grpc_web";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.filters.http.grpc_web.v3.GrpcWeb");
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    return context.unpack(config, GrpcWeb.getDefaultInstance()) == null
        ? null
        : worker -> GrpcWebFilter::new;
  }
}
