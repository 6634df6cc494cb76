package io.weir.wasm.context;

import io.weir.filter.Metadata;
import io.weir.filter.NodeInfo;
import io.weir.filter.TrafficDirection;

/**
 * A configured plugin as its contexts see it.
 *
 * @param name {@code PluginConfig.name}
 * @param rootId {@code PluginConfig.root_id}
 * @param configuration the bytes for {@code proxy_on_configure}
 * @param allowHeadersStop whether a headers callback may stop only the headers
 * @param failOpen whether streams go on without a plugin that failed
 * @param trapPasses whether that holds for the stream whose callback failed, too
 */
public record PluginSpec(
    String name,
    String rootId,
    byte[] configuration,
    boolean allowHeadersStop,
    boolean failOpen,
    boolean trapPasses,
    NodeInfo node,
    TrafficDirection direction,
    Metadata listenerMetadata) {

  /** Plugins of one VM with equal keys share a root context. */
  String key() {
    return name
        + '\0'
        + rootId
        + '\0'
        + java.util.Base64.getEncoder().encodeToString(configuration);
  }
}
