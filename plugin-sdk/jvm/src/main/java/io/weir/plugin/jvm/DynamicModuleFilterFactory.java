package io.weir.plugin.jvm;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.dynamic_modules.v3.DynamicModuleConfig;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import io.weir.plugin.HttpPlugin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.http.dynamic_modules}: HTTP plugins from jars. */
public final class DynamicModuleFilterFactory implements HttpFilterFactory {
  private static final String ROUTE_TYPE =
      "envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilterPerRoute";
  private final JarStore jars = new JarStore();
  private final SharedSpaces spaces = new SharedSpaces();

  @Override
  public String name() {
    return "envoy.filters.http.dynamic_modules";
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        "envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter", ROUTE_TYPE);
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    ModuleConfig module = ModuleConfig.load(config, jars, context);
    return module == null ? null : load(module, "http filter", context);
  }

  private @Nullable HttpPluginConfig load(
      ModuleConfig module, String place, FactoryContext context) {
    PluginMaker<HttpPlugin> maker = Trial.http(module, context.problems());
    if (maker == null) {
      return null;
    }
    var accounts = new Accounts();
    return new HttpPluginConfig(
        maker,
        module,
        spaces.of(module.plugin()),
        context.statPrefix(),
        accounts,
        context.plugins().register(new ShownJar(module, place, accounts, context.workers())));
  }

  /** The route's plugin takes the filter's place; its name is the filter's if it says none. */
  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    Message message = context.unpack(config);
    if (message == null) {
      return null;
    }
    String plugin = text(context.field(message, "filter_name"));
    String named =
        plugin.isEmpty() ? text(context.field(message, "per_route_config_name")) : plugin;
    try {
      ModuleConfig module =
          ModuleConfig.load(
              DynamicModuleConfig.parseFrom(bytes(context.field(message, "dynamic_module_config")))
                  .getName(),
              named,
              Any.parseFrom(bytes(context.field(message, "filter_config"))),
              jars,
              context);
      HttpPluginConfig loaded = module == null ? null : load(module, "http route", context);
      return loaded == null
          ? null
          : new HttpPluginRoute(loaded, List.copyOf(context.workers().all()));
    } catch (InvalidProtocolBufferException e) {
      context.problems().add("", "is not a " + ROUTE_TYPE);
      return null;
    }
  }

  private static String text(@Nullable Object value) {
    return value instanceof String text ? text : "";
  }

  private static ByteString bytes(@Nullable Object value) {
    return value instanceof Message message ? message.toByteString() : ByteString.EMPTY;
  }
}
