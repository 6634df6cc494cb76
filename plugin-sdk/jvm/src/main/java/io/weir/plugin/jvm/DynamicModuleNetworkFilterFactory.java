package io.weir.plugin.jvm;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter;
import io.weir.filter.FactoryContext;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterFactory;
import io.weir.plugin.NetworkPlugin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.network.dynamic_modules}: network plugins from jars. */
public final class DynamicModuleNetworkFilterFactory implements NetworkFilterFactory {
  private final JarStore jars = new JarStore();
  private final SharedSpaces spaces = new SharedSpaces();

  @Override
  public String name() {
    return "envoy.filters.network.dynamic_modules";
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        "envoy.extensions.filters.network.dynamic_modules.v3.DynamicModuleNetworkFilter");
  }

  @Override
  public @Nullable NetworkFilterConfig load(Any config, FactoryContext context) {
    // The network message is younger than the compiled classes; its fields 1 to 3 are those of the
    // HTTP one, number by number.
    Any asHttp =
        Any.newBuilder()
            .setTypeUrl(Any.pack(DynamicModuleFilter.getDefaultInstance()).getTypeUrl())
            .setValue(config.getValue())
            .build();
    ModuleConfig module = ModuleConfig.load(asHttp, jars, context);
    if (module == null) {
      return null;
    }
    PluginMaker<NetworkPlugin> maker = Trial.network(module, context.problems());
    if (maker == null) {
      return null;
    }
    var accounts = new Accounts();
    return new NetworkPluginConfig(
        maker,
        module,
        spaces.of(module.plugin()),
        context.statPrefix(),
        accounts,
        context
            .plugins()
            .register(new ShownJar(module, "network filter", accounts, context.workers())));
  }
}
