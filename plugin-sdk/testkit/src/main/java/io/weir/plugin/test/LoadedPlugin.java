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
import io.envoyproxy.envoy.extensions.wasm.v3.PluginConfig;
import io.envoyproxy.envoy.extensions.wasm.v3.VmConfig;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.filter.testkit.FakeContext;
import io.weir.filter.testkit.FakeWorker;
import io.weir.lua.LuaFilterFactory;
import io.weir.plugin.jvm.DynamicModuleFilterFactory;
import io.weir.wasm.WasmHttpFilterFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A plugin with one configuration on the emulated proxy's worker, through the proxy's own filter.
 */
record LoadedPlugin(HttpFilterConfig config, HttpFilterWorker worker) implements AutoCloseable {
  // Modules of one VM id share a VM, and with it what earlier tests left there.
  private static final AtomicLong VM = new AtomicLong();
  private static final HttpFilterFactory JARS = new DynamicModuleFilterFactory();
  private static final HttpFilterFactory MODULES = new WasmHttpFilterFactory();
  private static final HttpFilterFactory SCRIPTS = new LuaFilterFactory();

  /**
   * @throws PluginRefused when the filter does not take it
   */
  static LoadedPlugin load(PluginSource source, String configuration, FakeWorker worker) {
    var context = new FakeContext(worker);
    context.reader = data -> ((DataSource) data).getInlineBytes().toByteArray();
    HttpFilterConfig config;
    try {
      config =
          switch (source.backEnd()) {
            case JVM -> jar(source, configuration, context);
            case WASM -> MODULES.load(module(source, configuration), context);
            case LUA -> SCRIPTS.load(script(source), context);
          };
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    if (config == null) {
      throw new PluginRefused(String.join("; ", context.problems));
    }
    try {
      var warm = config.warm().toCompletableFuture();
      while (!warm.isDone()) {
        worker.run();
        Thread.onSpinWait();
      }
      warm.join();
      return new LoadedPlugin(config, config.openWorker(worker));
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new PluginRefused(String.valueOf(cause.getMessage()));
    }
  }

  private static @org.jspecify.annotations.Nullable HttpFilterConfig jar(
      PluginSource source, String configuration, FakeContext context) throws IOException {
    Path folder = Files.createTempDirectory("plugin-test");
    Path jar = folder.resolve("plugin.jar");
    try {
      Files.write(jar, source.code());
      context.pluginDir = folder;
      return JARS.load(
          Any.pack(
              DynamicModuleFilter.newBuilder()
                  .setDynamicModuleConfig(DynamicModuleConfig.newBuilder().setName("plugin"))
                  .setFilterName(source.name())
                  .setFilterConfig(Any.pack(StringValue.of(configuration)))
                  .build()),
          context);
    } finally {
      Files.deleteIfExists(jar);
      Files.delete(folder);
    }
  }

  private static Any module(PluginSource source, String configuration) {
    return Any.pack(
        Wasm.newBuilder()
            .setConfig(
                PluginConfig.newBuilder()
                    .setName(source.name())
                    .setConfiguration(Any.pack(StringValue.of(configuration)))
                    .setVmConfig(
                        VmConfig.newBuilder()
                            .setVmId("test-" + VM.incrementAndGet())
                            .setRuntime("envoy.wasm.runtime.v8")
                            .setCode(AsyncDataSource.newBuilder().setLocal(data(source)))))
            .build());
  }

  private static Any script(PluginSource source) {
    return Any.pack(Lua.newBuilder().setDefaultSourceCode(data(source)).build());
  }

  private static DataSource data(PluginSource source) {
    return DataSource.newBuilder().setInlineBytes(ByteString.copyFrom(source.code())).build();
  }

  @Override
  public void close() {
    worker.close();
    config.close();
  }
}
