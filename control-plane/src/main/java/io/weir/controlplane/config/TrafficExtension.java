package io.weir.controlplane.config;

import com.google.protobuf.Struct;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plugin in the filter chain (extensions.istio.io): a wasm module, a Lua script, or a Java filter
 * ({@code java}, ours).
 */
public record TrafficExtension(
    @Nullable Selector selector,
    @Nullable TargetRef targetRef,
    List<TargetRef> targetRefs,
    PluginPhase phase,
    @Nullable Integer priority,
    List<PluginMatch> match,
    @Nullable Wasm wasm,
    @Nullable Lua lua,
    @Nullable JavaPlugin java)
    implements ConfigSpec {

  /** A wasm module. */
  public record Wasm(
      String url,
      String sha256,
      WasmPlugin.PullPolicy imagePullPolicy,
      String imagePullSecret,
      String verificationKey,
      @Nullable Struct pluginConfig,
      String pluginName,
      WasmPlugin.FailStrategy failStrategy,
      WasmPlugin.@Nullable VmConfig vmConfig,
      WasmPlugin.PluginType type) {}

  /** A Lua script of at most 65,536 bytes. */
  public record Lua(String inlineCode) {}

  /** A plugin in a jar of the plugin API. */
  public record JavaPlugin(
      String module,
      String filterName,
      @Nullable Struct pluginConfig,
      WasmPlugin.PluginType type) {}
}
