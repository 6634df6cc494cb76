package io.weir.proxy.filter.dynamicforward;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_forward_proxy.v3.PerRouteConfig;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.upstream.DnsCache;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes filters that resolve the host a request asks for. */
public final class DynamicForwardFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.dynamic_forward_proxy";
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        FilterConfig.getDescriptor().getFullName(), PerRouteConfig.getDescriptor().getFullName());
  }

  /**
   * What a route says of the host.
   *
   * @param literal replaces the host, empty for not
   * @param header replaces the host where the request has it, null for not
   */
  record Rewrite(String literal, @Nullable HeaderName header) implements RouteConfig {}

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    FilterConfig message = context.unpack(config, FilterConfig.getDefaultInstance());
    if (message == null) {
      return null;
    }
    if (!message.hasDnsCacheConfig() || !(context instanceof LoadContext load)) {
      context.problems().add("dns_cache_config", "is missing", "set it");
      return null;
    }
    DnsCache cache = DnsCache.of(message.getDnsCacheConfig(), load.at("dns_cache_config"));
    return cache == null ? null : _ -> callbacks -> new DynamicForwardFilter(callbacks, cache);
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    PerRouteConfig message = context.unpack(config, PerRouteConfig.getDefaultInstance());
    if (message == null) {
      return null;
    }
    return switch (message.getHostRewriteSpecifierCase()) {
      case HOST_REWRITE_LITERAL -> new Rewrite(message.getHostRewriteLiteral(), null);
      case HOST_REWRITE_HEADER -> new Rewrite("", HeaderName.of(message.getHostRewriteHeader()));
      case HOSTREWRITESPECIFIER_NOT_SET -> new Rewrite("", null);
    };
  }
}
