package io.weir.plugin.jvm;

import com.google.protobuf.Any;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.plugin.HttpPlugin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.http.dynamic_modules}: HTTP plugins from jars. */
public final class DynamicModuleFilterFactory implements HttpFilterFactory {
  private final SharedSpaces spaces = new SharedSpaces();

  @Override
  public String name() {
    return "envoy.filters.http.dynamic_modules";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter");
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    ModuleConfig module = ModuleConfig.load(config, context);
    if (module == null) {
      return null;
    }
    PluginMaker<HttpPlugin> maker =
        Trial.run(module, module.jar()::http, HttpPlugin::start, context.problems());
    return maker == null
        ? null
        : new HttpPluginConfig(maker, module, spaces.of(module.plugin()), context.statPrefix());
  }
}
