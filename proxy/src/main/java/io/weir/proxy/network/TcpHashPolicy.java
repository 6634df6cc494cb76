package io.weir.proxy.network;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.FilterState;
import io.weir.filter.FilterStateText;
import io.weir.proxy.hash.XxHash64;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a TCP proxy hashes to choose a host; Envoy's {@code type.v3.HashPolicy}. */
sealed interface TcpHashPolicy {
  @Nullable Long hash(ConnectionInfo connection);

  /** The peer's IP, as text. */
  record SourceIp() implements TcpHashPolicy {
    @Override
    public @Nullable Long hash(ConnectionInfo connection) {
      return connection.remoteAddress() instanceof InetSocketAddress peer
              && peer.getAddress() != null
          ? of(peer.getAddress().getHostAddress())
          : null;
    }
  }

  /** An object of the filter state, as text; of those made from text only such as can be hashed. */
  record State(String key) implements TcpHashPolicy {
    @Override
    public @Nullable Long hash(ConnectionInfo connection) {
      Object object = connection.filterState().get(key);
      boolean hashable =
          !(object instanceof FilterStateText made)
              || made.factory().equals("envoy.hashable_string");
      String text = hashable ? text(object) : null;
      return text == null ? null : of(text);
    }
  }

  private static long of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return XxHash64.hash(bytes, 0, bytes.length, 0);
  }

  /** The text of an object of the filter state, or null. */
  static @Nullable String text(@Nullable Object value) {
    return switch (value) {
      case String text -> text;
      case FilterState.Serializable object -> object.serializeAsString();
      case null, default -> null;
    };
  }
}
