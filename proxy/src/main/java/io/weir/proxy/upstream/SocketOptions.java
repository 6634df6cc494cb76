package io.weir.proxy.upstream;

import io.envoyproxy.envoy.config.core.v3.SocketOption;
import io.weir.filter.Problems;
import io.weir.proxy.cluster.ClusterConfig;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code socket_options} of connections to upstreams. */
final class SocketOptions {
  private SocketOptions() {}

  static List<ClusterConfig.SocketOption> load(List<SocketOption> messages, Problems problems) {
    var options = new ArrayList<ClusterConfig.SocketOption>();
    for (int i = 0; i < messages.size(); i++) {
      SocketOption message = messages.get(i);
      Problems at = problems.at("[" + i + "]");
      if (message.hasType() && !message.getType().hasStream()) {
        continue; // for datagram sockets only
      }
      if (message.getState() != SocketOption.SocketState.STATE_PREBIND) {
        // A socket that connects is never bound nor listening in Envoy's sense; nothing happens.
        continue;
      }
      switch (message.getValueCase()) {
        case INT_VALUE ->
            options.add(
                new ClusterConfig.SocketOption(
                    (int) message.getLevel(),
                    (int) message.getName(),
                    (int) message.getIntValue(),
                    null));
        case BUF_VALUE ->
            options.add(
                new ClusterConfig.SocketOption(
                    (int) message.getLevel(),
                    (int) message.getName(),
                    0,
                    message.getBufValue().toByteArray()));
        case VALUE_NOT_SET -> at.add("", "has no value", "set int_value");
      }
    }
    return List.copyOf(options);
  }
}
