package io.weir.proxy.filter.extauthz;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.CheckSettings;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes filters that ask an external service about each request. */
public final class ExtAuthzFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.ext_authz";
  }

  @Override
  public boolean authorizes() {
    return true;
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        ExtAuthz.getDescriptor().getFullName(), ExtAuthzPerRoute.getDescriptor().getFullName());
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    ExtAuthz message = context.unpack(config, ExtAuthz.getDefaultInstance());
    if (message == null) {
      return null;
    }
    AuthzSettings settings = new SettingsLoader(context).load(message);
    return settings == null
        ? null
        : worker -> {
          var stats =
              new AuthzStats(worker.stats(), settings.statPrefix(), settings.clusterStatPrefix());
          return callbacks -> new ExtAuthzFilter(callbacks, settings, stats);
        };
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    ExtAuthzPerRoute message = context.unpack(config, ExtAuthzPerRoute.getDefaultInstance());
    if (message == null) {
      return null;
    }
    CheckSettings settings = message.getCheckSettings();
    if (settings.getDisableRequestBodyBuffering() && settings.hasWithRequestBody()) {
      context
          .problems()
          .add("check_settings", "disables the body and asks for it", "keep one of the two");
      return null;
    }
    return new RouteCheck(
        message.getDisabled(),
        settings.getDisableRequestBodyBuffering(),
        settings.hasWithRequestBody() ? SettingsLoader.body(settings.getWithRequestBody()) : null,
        Map.copyOf(settings.getContextExtensionsMap()));
  }
}
