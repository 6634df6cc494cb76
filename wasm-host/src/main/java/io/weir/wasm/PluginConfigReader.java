package io.weir.wasm;

import com.google.protobuf.Any;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.AsyncDataSource;
import io.envoyproxy.envoy.config.core.v3.BackoffStrategy;
import io.envoyproxy.envoy.extensions.wasm.v3.EnvironmentVariables;
import io.envoyproxy.envoy.extensions.wasm.v3.PluginConfig;
import io.envoyproxy.envoy.extensions.wasm.v3.VmConfig;
import io.weir.filter.FactoryContext;
import io.weir.filter.Problems;
import io.weir.wasm.vm.Capabilities;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads {@code PluginConfig} and {@code VmConfig}; reports everything that is wrong. */
final class PluginConfigReader {
  private static final Set<String> ENVOY_RUNTIMES =
      Set.of(
          "",
          "envoy.wasm.runtime.v8",
          "envoy.wasm.runtime.wamr",
          "envoy.wasm.runtime.wasmtime",
          "envoy.wasm.runtime.wavm",
          "weir.wasm.runtime.bytecode");
  private static final String INTERPRETER = "weir.wasm.runtime.interpreter";
  private static final long DEFAULT_BASE_MILLIS = 1000;
  private static final long DEFAULT_MAX_FACTOR = 10;

  private final FactoryContext context;
  private final Problems problems;
  private final Function<String, @Nullable String> hostEnvironment;

  /**
   * @param problems where paths start at the {@code PluginConfig}
   * @param hostEnvironment the proxy's own environment variables
   */
  PluginConfigReader(
      FactoryContext context,
      Problems problems,
      Function<String, @Nullable String> hostEnvironment) {
    this.context = context;
    this.problems = problems;
    this.hostEnvironment = hostEnvironment;
  }

  /** The settings, or null when problems were reported. */
  @Nullable PluginSettings read(PluginConfig config) {
    int before = problems.count();
    VmConfig vm = config.getVmConfig();
    if (!config.hasVmConfig()) {
      problems.add("vm_config", "is missing", "say which module to run");
    }
    boolean interpreted = runtime(vm.getRuntime());
    byte[] code = null;
    Message remote = null;
    AsyncDataSource source = vm.getCode();
    switch (source.getSpecifierCase()) {
      case LOCAL -> code = context.read(source.getLocal(), "config.vm_config.code.local");
      case REMOTE -> remote = source.getRemote();
      case SPECIFIER_NOT_SET -> {
        if (config.hasVmConfig()) {
          problems.add("vm_config.code", "is missing", "set local or remote");
        }
      }
    }
    if (vm.getAllowPrecompiled()) {
      problems.warn(
          "vm_config.allow_precompiled",
          "has no effect",
          "modules are compiled by this proxy and cached");
    }
    if (vm.getNackOnCodeCacheMiss()) {
      problems.warn(
          "vm_config.nack_on_code_cache_miss",
          "has no effect",
          "the last good configuration serves until the code is there");
    }
    Map<String, String> environment = environment(vm.getEnvironmentVariables());
    byte[] vmConfiguration = bytes(vm.getConfiguration(), "vm_config.configuration");
    byte[] configuration = bytes(config.getConfiguration(), "configuration");
    FailurePolicy policy = failurePolicy(config);
    if (problems.count() != before) {
      return null;
    }
    return new PluginSettings(
        config.getName(),
        config.getRootId(),
        vm.getVmId(),
        code,
        remote,
        vmConfiguration,
        configuration,
        environment,
        new Capabilities(
            config.getCapabilityRestrictionConfig().getAllowedCapabilitiesMap().keySet()),
        policy,
        Boolean.TRUE.equals(flag(config, "allow_on_headers_stop_iteration")),
        interpreted);
  }

  /** A newer field, plain or wrapped. */
  private @Nullable Boolean flag(PluginConfig config, String name) {
    Object value = context.field(config, name);
    return switch (value) {
      case Boolean plain -> plain;
      case com.google.protobuf.BoolValue wrapped -> wrapped.getValue();
      case Message message -> {
        var field = message.getDescriptorForType().findFieldByName("value");
        yield field != null && message.getField(field) instanceof Boolean b ? b : null;
      }
      case null, default -> null;
    };
  }

  private boolean runtime(String name) {
    if (name.equals(INTERPRETER)) {
      return true;
    }
    if (name.equals("envoy.wasm.runtime.null")) {
      problems.add(
          "vm_config.runtime",
          "\"" + name + "\" runs plugins compiled into Envoy",
          "use a module and envoy.wasm.runtime.v8");
    } else if (!ENVOY_RUNTIMES.contains(name)) {
      problems.add(
          "vm_config.runtime",
          "unknown runtime \"" + name + "\"",
          "use envoy.wasm.runtime.v8, weir.wasm.runtime.bytecode or " + INTERPRETER);
    }
    return false;
  }

  private Map<String, String> environment(EnvironmentVariables variables) {
    var environment = new TreeMap<>(variables.getKeyValuesMap());
    for (int i = 0; i < variables.getHostEnvKeysCount(); i++) {
      String key = variables.getHostEnvKeys(i);
      if (environment.containsKey(key)) {
        problems.add(
            "vm_config.environment_variables.host_env_keys[" + i + "]",
            "\"" + key + "\" is given twice",
            "keep it in host_env_keys or in key_values");
        continue;
      }
      String value = hostEnvironment.apply(key);
      if (value != null) {
        environment.put(key, value);
      }
    }
    return environment;
  }

  /** Text and bytes as they are, a Struct as JSON, any other message as its bytes. */
  private byte[] bytes(Any any, String path) {
    try {
      if (any.is(StringValue.class)) {
        return any.unpack(StringValue.class).getValue().getBytes(StandardCharsets.UTF_8);
      }
      if (any.is(BytesValue.class)) {
        return any.unpack(BytesValue.class).getValue().toByteArray();
      }
      if (any.is(Struct.class)) {
        return context.toJson(any.unpack(Struct.class)).getBytes(StandardCharsets.UTF_8);
      }
    } catch (InvalidProtocolBufferException e) {
      problems.add(path, "does not hold what its type says", "");
    }
    return any.getValue().toByteArray();
  }

  private FailurePolicy failurePolicy(PluginConfig config) {
    if (config.getFailOpen() && config.getFailurePolicyValue() != 0) {
      problems.add("fail_open", "cannot be set together with failure_policy", "remove fail_open");
    }
    FailurePolicy.Kind kind =
        switch (config.getFailurePolicy()) {
          case FAIL_RELOAD -> FailurePolicy.Kind.RELOAD;
          case FAIL_OPEN -> FailurePolicy.Kind.OPEN;
          default -> config.getFailOpen() ? FailurePolicy.Kind.OPEN : FailurePolicy.Kind.CLOSED;
        };
    BackoffStrategy backoff = config.getReloadConfig().getBackoff();
    long base =
        backoff.hasBaseInterval()
            ? Math.max(1, millis(backoff.getBaseInterval()))
            : DEFAULT_BASE_MILLIS;
    long max =
        backoff.hasMaxInterval() ? millis(backoff.getMaxInterval()) : base * DEFAULT_MAX_FACTOR;
    if (max < base) {
      problems.add(
          "reload_config.backoff.max_interval", "is shorter than base_interval", "raise it");
    }
    return new FailurePolicy(kind, config.getFailOpen(), base, max);
  }

  private static long millis(Duration duration) {
    return duration.getSeconds() * 1000 + duration.getNanos() / 1_000_000;
  }
}
