package io.weir.proxy.filter.grpchttp1reversebridge;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.grpc_http1_reverse_bridge.v3.FilterConfig;
import io.envoyproxy.envoy.extensions.filters.http.grpc_http1_reverse_bridge.v3.FilterConfigPerRoute;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.http.grpc_http1_reverse_bridge}. */
public final class GrpcHttp1ReverseBridgeFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.grpc_http1_reverse_bridge";
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        "envoy.extensions.filters.http.grpc_http1_reverse_bridge.v3.FilterConfig",
        "envoy.extensions.filters.http.grpc_http1_reverse_bridge.v3.FilterConfigPerRoute");
  }

  /**
   * What the servers behind the bridge speak.
   *
   * @param bare whether messages go without their prefix
   * @param sizeHeader where a response says how large its message will be; null for none
   */
  record Settings(String contentType, boolean bare, @Nullable HeaderName sizeHeader) {}

  /** A route's word on the filter. */
  record PerRoute(boolean disabled) implements RouteConfig {}

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    FilterConfig message = context.unpack(config, FilterConfig.getDefaultInstance());
    if (message == null) {
      return null;
    }
    var settings =
        new Settings(
            message.getContentType(),
            message.getWithholdGrpcFrames(),
            message.getResponseSizeHeader().isEmpty()
                ? null
                : HeaderName.of(message.getResponseSizeHeader()));
    return worker -> callbacks -> new GrpcHttp1ReverseBridgeFilter(callbacks, settings);
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    FilterConfigPerRoute message =
        context.unpack(config, FilterConfigPerRoute.getDefaultInstance());
    return message == null ? null : new PerRoute(message.getDisabled());
  }
}
