package io.weir.proxy.tls;

import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.weir.proxy.extension.ExtensionRegistry;
import io.weir.proxy.extension.LoadContext;
import org.jspecify.annotations.Nullable;

/** Loads transport sockets by the type of their configuration. */
public final class TransportSockets {
  private TransportSockets() {}

  /**
   * @return null for plain bytes, and when problems were reported
   */
  public static @Nullable DownstreamTransportSocket downstream(
      TransportSocket socket, LoadContext context) {
    String type = ExtensionRegistry.typeName(socket.getTypedConfig());
    boolean raw =
        type.isEmpty()
            ? socket.getName().equals("envoy.transport_sockets.raw_buffer")
            : type.equals("envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer");
    if (!raw) {
      context
          .problems()
          .add(
              "",
              "unknown transport socket " + socket.getName() + " (" + type + ")",
              "known: envoy.transport_sockets.raw_buffer");
    }
    return null;
  }
}
