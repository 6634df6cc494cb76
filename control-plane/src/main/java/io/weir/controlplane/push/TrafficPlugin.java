package io.weir.controlplane.push;

import com.google.protobuf.Struct;
import io.weir.controlplane.config.ConfigKey;
import io.weir.controlplane.config.PluginMatch;
import io.weir.controlplane.config.PluginPhase;
import io.weir.controlplane.config.WasmPlugin.FailStrategy;
import io.weir.controlplane.config.WasmPlugin.PullPolicy;
import io.weir.controlplane.config.WasmPlugin.VmConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plugin that a WasmPlugin or a TrafficExtension puts into filter chains.
 *
 * @param network whether it is a network filter
 */
public record TrafficPlugin(
    ConfigKey key, PluginPhase phase, List<PluginMatch> match, boolean network, Code code) {

  /** What runs. */
  public sealed interface Code {}

  /** A wasm module. */
  public record Wasm(
      String url,
      String sha256,
      PullPolicy pullPolicy,
      String pullSecret,
      @Nullable Struct config,
      String rootId,
      FailStrategy failStrategy,
      @Nullable VmConfig vm)
      implements Code {}

  /** A Lua script. */
  public record Lua(String script) implements Code {}

  /** A filter of a jar. */
  public record Jar(String module, String filterName, @Nullable Struct config) implements Code {}

  /** Whether a chain is meant; the port is 0 where a chain has none. */
  public boolean matches(boolean inbound, int port) {
    return PluginMatch.any(match, inbound, port);
  }

  /** The name of its filter and its extension config, as Istio names them. */
  public String resourceName() {
    return "extensions.istio.io/trafficextension/" + key.namespace() + "." + key.name();
  }
}
