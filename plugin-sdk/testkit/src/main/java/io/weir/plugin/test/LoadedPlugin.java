package io.weir.plugin.test;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import io.envoyproxy.envoy.config.core.v3.AsyncDataSource;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.dynamic_modules.v3.DynamicModuleConfig;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import io.envoyproxy.envoy.extensions.filters.http.wasm.v3.Wasm;
import io.envoyproxy.envoy.extensions.wasm.v3.FailurePolicy;
import io.envoyproxy.envoy.extensions.wasm.v3.PluginConfig;
import io.envoyproxy.envoy.extensions.wasm.v3.VmConfig;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.filter.http.RouteConfig;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterFactory;
import io.weir.filter.network.NetworkFilterWorker;
import io.weir.filter.testkit.FakeContext;
import io.weir.filter.testkit.FakeWorker;
import io.weir.lua.LuaFilterFactory;
import io.weir.plugin.jvm.DynamicModuleFilterFactory;
import io.weir.plugin.jvm.DynamicModuleNetworkFilterFactory;
import io.weir.wasm.WasmHttpFilterFactory;
import io.weir.wasm.WasmNetworkFilterFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A plugin with one configuration on the emulated proxy's worker, through the proxy's own filter.
 */
record LoadedPlugin(AutoCloseable config, AutoCloseable worker) implements AutoCloseable {
  // Modules of one VM id share a VM, and with it what earlier tests left there.
  private static final AtomicLong VM = new AtomicLong();
  private static final DynamicModuleConfig JAR =
      DynamicModuleConfig.newBuilder().setName("plugin").build();
  private static final HttpFilterFactory JARS = new DynamicModuleFilterFactory();
  private static final HttpFilterFactory MODULES = new WasmHttpFilterFactory();
  private static final NetworkFilterFactory NETWORK_JARS = new DynamicModuleNetworkFilterFactory();
  private static final NetworkFilterFactory NETWORK_MODULES = new WasmNetworkFilterFactory();
  private static final HttpFilterFactory SCRIPTS = new LuaFilterFactory();

  /** A filter's configuration, HTTP or network. */
  private record Loaded(
      CompletionStage<Void> warm, AutoCloseable config, Function<FakeWorker, AutoCloseable> open) {
    static @Nullable Loaded of(@Nullable HttpFilterConfig config) {
      return config == null ? null : new Loaded(config.warm(), config, config::openWorker);
    }

    static @Nullable Loaded of(@Nullable NetworkFilterConfig config) {
      return config == null ? null : new Loaded(config.warm(), config, config::openWorker);
    }
  }

  /** What the proxy's configuration says of a plugin. */
  record Settings(String configuration, boolean failOpen) {}

  /**
   * @throws PluginRefused when the filter does not take it
   */
  static LoadedPlugin load(PluginSource source, Settings configuration, FakeWorker worker) {
    FakeContext context = context(worker);
    Loaded loaded;
    try {
      loaded =
          switch (source.backEnd()) {
            case JVM -> jar(source, configuration, context);
            case WASM ->
                source.network()
                    ? Loaded.of(NETWORK_MODULES.load(networkModule(source, configuration), context))
                    : Loaded.of(MODULES.load(module(source, configuration), context));
            case LUA -> Loaded.of(SCRIPTS.load(script(source), context));
          };
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    if (loaded == null) {
      throw new PluginRefused(String.join("; ", context.problems));
    }
    await(loaded.warm(), worker);
    return new LoadedPlugin(loaded.config(), loaded.open().apply(worker));
  }

  /** The plugin with another configuration, for some routes. */
  static RouteConfig loadRoute(PluginSource source, Settings configuration, FakeWorker worker) {
    FakeContext context = context(worker);
    RouteConfig route;
    try {
      route =
          switch (source.backEnd()) {
            case JVM -> jarRoute(source, configuration, context);
            case WASM -> MODULES.loadRoute(module(source, configuration), context);
            case LUA -> throw new IllegalArgumentException("scripts have no configuration");
          };
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    if (route == null) {
      throw new PluginRefused(String.join("; ", context.problems));
    }
    await(route.warm(), worker);
    route.openWorker(worker);
    return route;
  }

  private static FakeContext context(FakeWorker worker) {
    var context = new FakeContext(worker);
    context.reader = data -> ((DataSource) data).getInlineBytes().toByteArray();
    return context;
  }

  private static void await(CompletionStage<Void> stage, FakeWorker worker) {
    try {
      var warm = stage.toCompletableFuture();
      while (!warm.isDone()) {
        worker.run();
        Thread.onSpinWait();
      }
      warm.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new PluginRefused(String.valueOf(cause.getMessage()));
    }
  }

  /** The filter on the worker, of an HTTP plugin. */
  HttpFilterWorker http() {
    return (HttpFilterWorker) worker;
  }

  /** The filter on the worker, of a network plugin. */
  NetworkFilterWorker network() {
    return (NetworkFilterWorker) worker;
  }

  private static @Nullable Loaded jar(PluginSource source, Settings settings, FakeContext context)
      throws IOException {
    return withJar(
        source,
        context,
        () -> {
          Any filter =
              Any.pack(
                  DynamicModuleFilter.newBuilder()
                      .setDynamicModuleConfig(JAR)
                      .setFilterName(source.name())
                      .setFilterConfig(filterConfig(settings, context))
                      .build());
          return source.network()
              ? Loaded.of(NETWORK_JARS.load(filter, context))
              : Loaded.of(JARS.load(filter, context));
        });
  }

  private static @Nullable RouteConfig jarRoute(
      PluginSource source, Settings settings, FakeContext context) throws IOException {
    Any inner = filterConfig(settings, context);
    context.newerFields.putAll(
        Map.of("dynamic_module_config", JAR, "filter_name", source.name(), "filter_config", inner));
    context.unpacker = any -> any;
    return withJar(source, context, () -> JARS.loadRoute(inner, context));
  }

  /** The configuration as it is, or in the message that has room for the failure policy. */
  private static Any filterConfig(Settings settings, FakeContext context) {
    Any text = Any.pack(StringValue.of(settings.configuration()));
    if (!settings.failOpen()) {
      return text;
    }
    context.unpacker = any -> any;
    context.newerFields.put("configuration", text);
    context.newerFields.put("failure_policy", FailurePolicy.FAIL_OPEN.getValueDescriptor());
    return Any.newBuilder().setTypeUrl("/weir.plugins.v1.PluginOptions").build();
  }

  private static <T> @Nullable T withJar(
      PluginSource source, FakeContext context, Supplier<@Nullable T> load) throws IOException {
    Path folder = Files.createTempDirectory("plugin-test");
    Path jar = folder.resolve("plugin.jar");
    try {
      Files.write(jar, source.code());
      context.pluginDir = folder;
      return load.get();
    } finally {
      Files.deleteIfExists(jar);
      Files.delete(folder);
    }
  }

  private static Any module(PluginSource source, Settings configuration) {
    return Any.pack(Wasm.newBuilder().setConfig(config(source, configuration)).build());
  }

  private static Any networkModule(PluginSource source, Settings configuration) {
    return Any.pack(
        io.envoyproxy.envoy.extensions.filters.network.wasm.v3.Wasm.newBuilder()
            .setConfig(config(source, configuration))
            .build());
  }

  private static PluginConfig config(PluginSource source, Settings settings) {
    return PluginConfig.newBuilder()
        .setName(source.name())
        .setConfiguration(Any.pack(StringValue.of(settings.configuration())))
        .setFailurePolicy(settings.failOpen() ? FailurePolicy.FAIL_OPEN : FailurePolicy.FAIL_CLOSED)
        .setVmConfig(
            VmConfig.newBuilder()
                .setVmId("test-" + VM.incrementAndGet())
                .setRuntime("envoy.wasm.runtime.v8")
                .setCode(AsyncDataSource.newBuilder().setLocal(data(source))))
        .build();
  }

  private static Any script(PluginSource source) {
    return Any.pack(Lua.newBuilder().setDefaultSourceCode(data(source)).build());
  }

  private static DataSource data(PluginSource source) {
    return DataSource.newBuilder().setInlineBytes(ByteString.copyFrom(source.code())).build();
  }

  @Override
  public void close() {
    try {
      worker.close();
      config.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
