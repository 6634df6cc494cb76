package io.weir.proxy.filter.buffer;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.buffer.v3.Buffer;
import io.envoyproxy.envoy.extensions.filters.http.buffer.v3.BufferPerRoute;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes buffer filters. */
public final class BufferFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.buffer";
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        "envoy.extensions.filters.http.buffer.v3.Buffer",
        "envoy.extensions.filters.http.buffer.v3.BufferPerRoute");
  }

  @Override
  public boolean upstream() {
    return true;
  }

  /** The limit of a level; {@code disabled} only on a route. */
  record Limit(long maxBytes, boolean disabled) implements RouteConfig {}

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    Buffer buffer = context.unpack(config, Buffer.getDefaultInstance());
    if (buffer == null) {
      return null;
    }
    var limit = new Limit(Integer.toUnsignedLong(buffer.getMaxRequestBytes().getValue()), false);
    return _ -> callbacks -> new BufferFilter(callbacks, limit);
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    BufferPerRoute route = context.unpack(config, BufferPerRoute.getDefaultInstance());
    if (route == null) {
      return null;
    }
    return new Limit(
        Integer.toUnsignedLong(route.getBuffer().getMaxRequestBytes().getValue()),
        route.getDisabled());
  }
}
