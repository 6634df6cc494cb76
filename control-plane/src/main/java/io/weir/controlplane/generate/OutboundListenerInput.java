package io.weir.controlplane.generate;

import java.util.List;

/**
 * All that a listener for calls of the workload depends on.
 *
 * @param bound whether it has a port of its own; otherwise redirected connections are handed to it
 * @param routeName of the route table when requests are routed, else empty
 * @param sniffed whether it is not known that HTTP is spoken
 * @param dynamicHosts wildcard hosts whose names are resolved as requests ask for them
 * @param grpcWeb whether browsers speak gRPC here
 */
record OutboundListenerInput(
    String bind,
    int port,
    boolean bound,
    String routeName,
    boolean sniffed,
    boolean grpcWeb,
    List<String> dynamicHosts,
    List<TcpChain> tcp,
    ListenerSettings settings) {

  /** A chain that forwards connections, by server names or networks. */
  record TcpChain(List<String> serverNames, List<String> networks, TcpTarget target) {

    boolean matchesAll() {
      return serverNames.isEmpty() && networks.isEmpty();
    }
  }

  boolean wildcard() {
    return bind.equals("0.0.0.0");
  }
}
