package io.weir.controlplane.config;

import com.google.protobuf.Struct;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A wasm module in the filter chain (extensions.istio.io, the older kind). */
public record WasmPlugin(
    @Nullable Selector selector,
    @Nullable TargetRef targetRef,
    List<TargetRef> targetRefs,
    String url,
    String sha256,
    PullPolicy imagePullPolicy,
    String imagePullSecret,
    String verificationKey,
    @Nullable Struct pluginConfig,
    String pluginName,
    PluginPhase phase,
    @Nullable Integer priority,
    FailStrategy failStrategy,
    @Nullable VmConfig vmConfig,
    List<PluginMatch> match,
    PluginType type)
    implements ConfigSpec {

  /** When a module is fetched again. */
  public enum PullPolicy {
    UNSPECIFIED_POLICY,
    IfNotPresent,
    Always
  }

  /** What becomes of traffic when the plugin fails. */
  public enum FailStrategy {
    FAIL_CLOSE,
    FAIL_OPEN,
    FAIL_RELOAD
  }

  /** The kind of filter. */
  public enum PluginType {
    UNSPECIFIED_PLUGIN_TYPE,
    HTTP,
    NETWORK
  }

  /** Environment of the module. */
  public record VmConfig(List<EnvVar> env) {}

  /** One variable; the value is given or taken from the host. */
  public record EnvVar(String name, ValueFrom valueFrom, String value) {}

  /** Where a variable's value comes from. */
  public enum ValueFrom {
    INLINE,
    HOST
  }
}
