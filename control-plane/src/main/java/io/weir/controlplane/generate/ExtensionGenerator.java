package io.weir.controlplane.generate;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.AsyncDataSource;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HttpUri;
import io.envoyproxy.envoy.config.core.v3.RemoteDataSource;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.dynamic_modules.v3.DynamicModuleConfig;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter;
import io.envoyproxy.envoy.extensions.wasm.v3.EnvironmentVariables;
import io.envoyproxy.envoy.extensions.wasm.v3.FailurePolicy;
import io.envoyproxy.envoy.extensions.wasm.v3.PluginConfig;
import io.envoyproxy.envoy.extensions.wasm.v3.VmConfig;
import io.weir.controlplane.config.WasmPlugin;
import io.weir.controlplane.push.ServedModule;
import io.weir.controlplane.push.ServedModules;
import io.weir.controlplane.push.TrafficPlugin;
import io.weir.xds.codec.MessageTypes;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Extension configs of plugins. */
final class ExtensionGenerator {

  static final String JAR_HTTP =
      "envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter";
  static final String JAR_NETWORK =
      "envoy.extensions.filters.network.dynamic_modules.v3.DynamicModuleNetworkFilter";

  private static final String WASM_RUNTIME = "envoy.wasm.runtime.v8";
  private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(30);

  /** Envoy demands a cluster for remote code; whoever fetches does not use it. */
  private static final String FETCH_CLUSTER = "_";

  /** Envoy demands a checksum; Istio's word for "none". */
  private static final String NO_CHECKSUM = "nil";

  private static final String ENV = "ISTIO_META_WASM_";

  private ExtensionGenerator() {}

  /** The extension config of a plugin that has one. */
  static @Nullable TypedExtensionConfig build(TrafficPlugin plugin, ServedModules modules) {
    @Nullable Any config =
        switch (plugin.code()) {
          case TrafficPlugin.Wasm wasm -> wasm(plugin, wasm, modules);
          case TrafficPlugin.Jar jar -> jar(plugin, jar);
          case TrafficPlugin.Lua _ -> null;
        };
    return config == null
        ? null
        : TypedExtensionConfig.newBuilder()
            .setName(plugin.resourceName())
            .setTypedConfig(config)
            .build();
  }

  private static @Nullable Any wasm(
      TrafficPlugin plugin, TrafficPlugin.Wasm wasm, ServedModules modules) {
    ServedModule served = modules.of(plugin.key());
    if (served != null && served.state() == ServedModule.State.PENDING) {
      // The client waits for it: a listener without the plugin would let requests pass by it.
      return null;
    }
    if (served != null && served.state() == ServedModule.State.FAILED) {
      return ModuleSubstitute.of(plugin, wasm.failStrategy());
    }
    AsyncDataSource code =
        served == null ? code(wasm) : ModuleServer.code(modules, served.sha256());
    PluginConfig config =
        PluginConfig.newBuilder()
            .setName(plugin.key().namespace() + "." + plugin.key().name())
            .setRootId(wasm.rootId())
            .setConfiguration(configuration(wasm.config()))
            .setFailurePolicy(
                switch (wasm.failStrategy()) {
                  case FAIL_CLOSE -> FailurePolicy.FAIL_CLOSED;
                  case FAIL_OPEN -> FailurePolicy.FAIL_OPEN;
                  case FAIL_RELOAD -> FailurePolicy.FAIL_RELOAD;
                })
            .setVmConfig(
                VmConfig.newBuilder()
                    .setRuntime(WASM_RUNTIME)
                    .setCode(code)
                    .setEnvironmentVariables(environment(wasm)))
            .build();
    return plugin.network()
        ? Messages.any(
            io.envoyproxy.envoy.extensions.filters.network.wasm.v3.Wasm.newBuilder()
                .setConfig(config)
                .build())
        : Messages.any(
            io.envoyproxy.envoy.extensions.filters.http.wasm.v3.Wasm.newBuilder()
                .setConfig(config)
                .build());
  }

  private static AsyncDataSource code(TrafficPlugin.Wasm wasm) {
    if (wasm.url().startsWith("file://")) {
      return AsyncDataSource.newBuilder()
          .setLocal(DataSource.newBuilder().setFilename(wasm.url().substring("file://".length())))
          .build();
    }
    String url = wasm.url().contains("://") ? wasm.url() : "oci://" + wasm.url();
    return AsyncDataSource.newBuilder()
        .setRemote(
            RemoteDataSource.newBuilder()
                .setHttpUri(
                    HttpUri.newBuilder()
                        .setUri(url)
                        .setCluster(FETCH_CLUSTER)
                        .setTimeout(Messages.duration(FETCH_TIMEOUT)))
                .setSha256(wasm.sha256().isEmpty() ? NO_CHECKSUM : wasm.sha256()))
        .build();
  }

  private static EnvironmentVariables environment(TrafficPlugin.Wasm wasm) {
    EnvironmentVariables.Builder variables =
        EnvironmentVariables.newBuilder().putKeyValues(ENV + "PLUGIN_RESOURCE_VERSION", "");
    if (wasm.pullPolicy() != WasmPlugin.PullPolicy.UNSPECIFIED_POLICY) {
      variables.putKeyValues(ENV + "IMAGE_PULL_POLICY", wasm.pullPolicy().name());
    }
    if (!wasm.pullSecret().isEmpty()) {
      variables.putKeyValues(ENV + "IMAGE_PULL_SECRET", wasm.pullSecret());
    }
    WasmPlugin.VmConfig vm = wasm.vm();
    if (vm != null) {
      for (WasmPlugin.EnvVar variable : vm.env()) {
        if (variable.valueFrom() == WasmPlugin.ValueFrom.HOST) {
          variables.addHostEnvKeys(variable.name());
        } else {
          variables.putKeyValues(variable.name(), variable.value());
        }
      }
    }
    return variables.build();
  }

  private static Any jar(TrafficPlugin plugin, TrafficPlugin.Jar jar) {
    DynamicModuleFilter filter =
        DynamicModuleFilter.newBuilder()
            .setDynamicModuleConfig(DynamicModuleConfig.newBuilder().setName(jar.module()))
            .setFilterName(jar.filterName())
            .setFilterConfig(configuration(jar.config()))
            .build();
    if (!plugin.network()) {
      return Messages.any(filter);
    }
    // Newer than the compiled messages, and made like the filter of HTTP.
    Message network = Objects.requireNonNull(MessageTypes.prototype(JAR_NETWORK), JAR_NETWORK);
    Message.Builder builder = network.newBuilderForType();
    var type = network.getDescriptorForType();
    copy(builder, type.findFieldByName("dynamic_module_config"), filter.getDynamicModuleConfig());
    builder.setField(type.findFieldByName("filter_name"), jar.filterName());
    copy(builder, type.findFieldByName("filter_config"), filter.getFilterConfig());
    return Messages.any(builder.build());
  }

  private static void copy(
      Message.Builder to, com.google.protobuf.Descriptors.FieldDescriptor field, Message value) {
    try {
      Message.Builder copy = to.newBuilderForField(field).mergeFrom(value.toByteString());
      to.setField(field, copy.build());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(field.getFullName() + " does not hold its own type", e);
    }
  }

  private static Any configuration(@Nullable Struct config) {
    return config == null || config.getFieldsCount() == 0
        ? Any.getDefaultInstance()
        : Messages.any(StringValue.of(StructText.of(config)));
  }
}
