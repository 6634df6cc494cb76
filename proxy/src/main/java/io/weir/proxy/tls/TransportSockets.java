package io.weir.proxy.tls;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.weir.proxy.extension.ExtensionRegistry;
import io.weir.proxy.extension.LoadContext;
import org.jspecify.annotations.Nullable;

/** Loads transport sockets by the type of their configuration. */
public final class TransportSockets {
  /** Why a connection fails whose secrets have not come. */
  public static final String SECRET_MISSING = TlsFailure.NOT_READY.text();

  private static final String RAW = "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer";
  private static final String DOWNSTREAM =
      "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";
  private static final String UPSTREAM =
      "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";

  private TransportSockets() {}

  /** The words for a failure after the handshake, empty when the peer just went away. */
  public static String failureReason(Throwable failure) {
    return TlsFailure.of(failure, null).text();
  }

  /**
   * The transport socket of a filter chain.
   *
   * @return null for plain bytes, and when problems were reported
   */
  public static @Nullable DownstreamTransportSocket downstream(
      TransportSocket socket, LoadContext context) {
    String type = type(socket);
    if (type.equals(DOWNSTREAM)) {
      LoadContext at = context.at("typed_config");
      var message = at.unpack(socket.getTypedConfig(), DownstreamTlsContext.getDefaultInstance());
      return message == null
          ? null
          : DownstreamTls.load(message, Engines.Library.detect(), at, System::currentTimeMillis);
    }
    checkRaw(socket, type, DOWNSTREAM, context);
    return null;
  }

  /**
   * The transport socket of a cluster.
   *
   * @param statPrefix of the cluster
   * @return null for plain bytes, and when problems were reported
   */
  public static @Nullable UpstreamTransportSocket upstream(
      TransportSocket socket, String statPrefix, LoadContext context) {
    String type = type(socket);
    if (type.equals(UPSTREAM)) {
      LoadContext at = context.at("typed_config");
      var message = at.unpack(socket.getTypedConfig(), UpstreamTlsContext.getDefaultInstance());
      return message == null
          ? null
          : UpstreamTls.load(
              message, Engines.Library.detect(), at, System::currentTimeMillis, statPrefix);
    }
    checkRaw(socket, type, UPSTREAM, context);
    return null;
  }

  private static String type(TransportSocket socket) {
    Any config = socket.getTypedConfig();
    return ExtensionRegistry.typeName(config);
  }

  private static void checkRaw(
      TransportSocket socket, String type, String tls, LoadContext context) {
    boolean raw =
        type.isEmpty()
            ? socket.getName().equals("envoy.transport_sockets.raw_buffer")
            : type.equals(RAW);
    if (!raw) {
      context
          .problems()
          .add(
              "typed_config",
              "unknown transport socket " + socket.getName() + " (" + type + ")",
              "known: " + RAW + ", " + tls);
    }
  }
}
