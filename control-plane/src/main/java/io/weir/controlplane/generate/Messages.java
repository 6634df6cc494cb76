package io.weir.controlplane.generate;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.weir.xds.ResourceType;
import java.time.Duration;

/** Pieces of messages that all generators use. */
final class Messages {

  /** "Ask on the stream that this came from, and wait for the answer." */
  static final ConfigSource ADS =
      ConfigSource.newBuilder()
          .setAds(AggregatedConfigSource.getDefaultInstance())
          .setInitialFetchTimeout(com.google.protobuf.Duration.getDefaultInstance())
          .setResourceApiVersion(ApiVersion.V3)
          .build();

  /** Istio's namespace of filter metadata. */
  static final String ISTIO = "istio";

  static final com.google.protobuf.Duration ZERO =
      com.google.protobuf.Duration.getDefaultInstance();

  private Messages() {}

  static Any any(Message message) {
    return Any.newBuilder()
        .setTypeUrl(ResourceType.TYPE_URL_PREFIX + message.getDescriptorForType().getFullName())
        .setValue(message.toByteString())
        .build();
  }

  static com.google.protobuf.Duration duration(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  static UInt32Value uint(long value) {
    return UInt32Value.newBuilder().setValue((int) value).build();
  }

  static BoolValue bool(boolean value) {
    return BoolValue.newBuilder().setValue(value).build();
  }

  static Address address(String host, int port) {
    if (host.startsWith("unix://")) {
      return Address.newBuilder()
          .setPipe(Pipe.newBuilder().setPath(host.substring("unix://".length())))
          .build();
    }
    return Address.newBuilder().setSocketAddress(socketAddress(host, port)).build();
  }

  static SocketAddress socketAddress(String host, int port) {
    return SocketAddress.newBuilder().setAddress(host).setPortValue(port).build();
  }

  static DataSource file(String path) {
    return DataSource.newBuilder().setFilename(path).build();
  }

  static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  /** Metadata that says which resource a message was made from. */
  static Metadata from(String configPath) {
    return istio(Struct.newBuilder().putFields("config", text(configPath)).build());
  }

  static Metadata istio(Struct fields) {
    return Metadata.newBuilder().putFilterMetadata(ISTIO, fields).build();
  }
}
