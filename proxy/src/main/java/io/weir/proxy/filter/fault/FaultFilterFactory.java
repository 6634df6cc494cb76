package io.weir.proxy.filter.fault;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes fault filters. */
public final class FaultFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.fault";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.filters.http.fault.v3.HTTPFault");
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    FaultSettings settings = settings(config, context);
    if (settings == null) {
      return null;
    }
    String prefix = context.statPrefix() + "fault.";
    return worker -> {
      var stats = new FaultStats(worker.stats(), prefix);
      return callbacks -> new FaultFilter(callbacks, settings, stats);
    };
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    return settings(config, context);
  }

  private static @Nullable FaultSettings settings(Any config, FactoryContext context) {
    HTTPFault fault = context.unpack(config, HTTPFault.getDefaultInstance());
    return fault == null ? null : FaultSettings.load(fault, context);
  }
}
