package io.weir.controlplane.generate;

import io.weir.controlplane.config.Gateway.ServerTls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that a gateway's listener depends on. */
record GatewayListenerInput(String bind, int port, List<Chain> chains, ListenerSettings settings) {

  /**
   * One filter chain.
   *
   * @param serverNames by which it is chosen; empty for any
   * @param tls when TLS ends here
   * @param routeName when requests are routed
   * @param target when connections are forwarded
   * @param grpcWeb whether browsers speak gRPC here
   */
  record Chain(
      List<String> serverNames,
      List<String> networks,
      @Nullable ServerTls tls,
      String routeName,
      @Nullable TcpTarget target,
      boolean grpcWeb) {}
}
