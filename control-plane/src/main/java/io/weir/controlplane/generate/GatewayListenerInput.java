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
   * @param applicationProtocols by which it is chosen too; empty for any
   * @param tls when TLS ends here
   * @param routeName when requests are routed
   * @param target when connections are forwarded
   * @param guarded whether authorization is asked before connections are forwarded
   * @param grpcWeb whether browsers speak gRPC here
   */
  record Chain(
      List<String> serverNames,
      List<String> applicationProtocols,
      @Nullable ServerTls tls,
      String routeName,
      @Nullable TcpTarget target,
      boolean guarded,
      boolean grpcWeb) {

    static Chain routed(
        List<String> serverNames, @Nullable ServerTls tls, String routeName, boolean grpcWeb) {
      return new Chain(serverNames, List.of(), tls, routeName, null, true, grpcWeb);
    }

    static Chain forwarded(List<String> serverNames, @Nullable ServerTls tls, TcpTarget target) {
      return new Chain(
          tls == null && serverNames.contains("*") ? List.of() : serverNames,
          List.of(),
          tls,
          "",
          target,
          true,
          false);
    }
  }
}
