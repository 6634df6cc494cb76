package io.weir.proxy.tls;

import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.TransportSocketMatch;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.weir.filter.Metadata;
import io.weir.filter.Value;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.ProtoValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a cluster's connections are secured: a socket for all hosts, or by what the hosts' metadata
 * says ({@code transport_socket_matches}). Immutable.
 *
 * @param matches the first that fits a host counts
 * @param otherwise for hosts that none fits; null for plain connections
 */
public record UpstreamTransports(List<Match> matches, @Nullable UpstreamTransportSocket otherwise) {
  /** Plain connections to all hosts. */
  public static final UpstreamTransports PLAIN = new UpstreamTransports(List.of(), null);

  private static final String METADATA = "envoy.transport_socket_match";

  public UpstreamTransports {
    matches = List.copyOf(matches);
  }

  /**
   * What a host must have in its metadata.
   *
   * @param name for statistics
   * @param socket null for plain connections
   */
  public record Match(
      String name, Map<String, Value> fields, @Nullable UpstreamTransportSocket socket) {
    public Match {
      fields = Map.copyOf(fields);
    }

    boolean fits(Metadata metadata) {
      for (Map.Entry<String, Value> field : fields.entrySet()) {
        if (!field.getValue().equals(metadata.find(METADATA, field.getKey()))) {
          return false;
        }
      }
      return true;
    }
  }

  /** Metadata that matches look at, of those fields. */
  public static Metadata metadata(Struct fields) {
    return ProtoValues.of(
        io.envoyproxy.envoy.config.core.v3.Metadata.newBuilder()
            .putFilterMetadata(METADATA, fields)
            .build());
  }

  /** The name under which statistics count hosts of that metadata. */
  public String name(Metadata metadata) {
    for (Match match : matches) {
      if (match.fits(metadata)) {
        return match.name;
      }
    }
    return "default";
  }

  /** The socket for a host of that metadata; null for plain connections. */
  public @Nullable UpstreamTransportSocket of(Metadata metadata) {
    for (int i = 0; i < matches.size(); i++) {
      if (matches.get(i).fits(metadata)) {
        return matches.get(i).socket;
      }
    }
    return otherwise;
  }

  /**
   * Loads a cluster's sockets.
   *
   * @param socket null when the cluster has none
   */
  public static UpstreamTransports load(
      @Nullable TransportSocket socket,
      List<TransportSocketMatch> matches,
      String statPrefix,
      LoadContext context) {
    UpstreamTransportSocket otherwise =
        socket == null
            ? null
            : TransportSockets.upstream(socket, statPrefix, context.at("transport_socket"));
    var loaded = new ArrayList<Match>();
    for (int i = 0; i < matches.size(); i++) {
      TransportSocketMatch match = matches.get(i);
      String path = "transport_socket_matches[" + i + "]";
      loaded.add(
          new Match(
              match.getName(),
              ProtoValues.of(match.getMatch()).fields(),
              TransportSockets.upstream(
                  match.getTransportSocket(), statPrefix, context.at(path + ".transport_socket"))));
    }
    return new UpstreamTransports(loaded, otherwise);
  }
}
