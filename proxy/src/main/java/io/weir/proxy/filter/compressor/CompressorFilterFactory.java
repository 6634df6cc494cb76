package io.weir.proxy.filter.compressor;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.Compressor;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.CompressorPerRoute;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes compressor filters. */
public final class CompressorFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.compressor";
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        "envoy.extensions.filters.http.compressor.v3.Compressor",
        "envoy.extensions.filters.http.compressor.v3.CompressorPerRoute");
  }

  @Override
  public boolean upstream() {
    return true;
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    Compressor message = context.unpack(config, Compressor.getDefaultInstance());
    CompressorSettings settings =
        message == null ? null : CompressorSettings.load(message, context);
    return settings == null
        ? null
        : worker -> {
          var request =
              new CompressorStats(worker.stats(), settings.acceptStats(), settings.requestStats());
          var response =
              new CompressorStats(worker.stats(), settings.acceptStats(), settings.responseStats());
          return callbacks -> new CompressorFilter(callbacks, settings, request, response);
        };
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    CompressorPerRoute message = context.unpack(config, CompressorPerRoute.getDefaultInstance());
    return message == null ? null : CompressorSettings.overrides(message, context);
  }
}
