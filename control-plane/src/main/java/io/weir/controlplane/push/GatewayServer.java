package io.weir.controlplane.push;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.Gateway;
import io.weir.controlplane.config.Port;
import io.weir.controlplane.registry.Protocol;
import java.util.List;

/**
 * One server of a Gateway.
 *
 * @param hosts as written, {@code namespace/host} or host
 */
public record GatewayServer(Config<Gateway> config, int index, Gateway.Server server, Port port) {

  public Protocol protocol() {
    return Protocol.parse(port.protocol());
  }

  /** {@code namespace/name} of the Gateway. */
  public String gateway() {
    return config.namespace() + "/" + config.name();
  }

  /** Whether TLS ends here. */
  public boolean terminatesTls() {
    Gateway.ServerTls tls = server.tls();
    return tls != null && !tls.httpsRedirect() && !passesTls();
  }

  /** Whether TLS goes through as it is. */
  public boolean passesTls() {
    Gateway.ServerTls tls = server.tls();
    return tls != null
        && (tls.mode() == Gateway.Mode.PASSTHROUGH || tls.mode() == Gateway.Mode.AUTO_PASSTHROUGH);
  }

  /** Whether TLS goes through to the service that its server name means. */
  public boolean findsServices() {
    Gateway.ServerTls tls = server.tls();
    return tls != null && tls.mode() == Gateway.Mode.AUTO_PASSTHROUGH;
  }

  /** Whether other servers may have its port, told apart by the server names of TLS. */
  public boolean sharesByServerName() {
    return server.tls() != null && !plainHttp();
  }

  /** The hosts without the namespaces of who may use them. */
  public List<String> hostNames() {
    return server.hosts().stream()
        .map(host -> host.substring(host.indexOf('/') + 1))
        .distinct()
        .toList();
  }

  /** Whether its traffic is HTTP after TLS, if any, was taken off. */
  public boolean routesRequests() {
    return protocol().isHttp() || protocol() == Protocol.HTTPS && !passesTls();
  }

  /** Whether only HTTP without TLS is served. */
  public boolean plainHttp() {
    return protocol().isHttp();
  }

  /** The route table of its requests. */
  public String routeName(int targetPort) {
    String bind = server.bind().isEmpty() ? "" : "." + server.bind();
    if (plainHttp()) {
      return "http." + targetPort + bind;
    }
    return "https."
        + port.number()
        + "."
        + port.name()
        + "."
        + config.name()
        + "."
        + config.namespace()
        + bind;
  }

  /**
   * Whether a host of a VirtualService in a namespace may be served.
   *
   * @return the hosts of the server that allow it are narrower or wider than {@code host}
   */
  public boolean admits(String host, String namespace) {
    return !matching(host, namespace).isEmpty();
  }

  /** The narrower of host and server host, for each of the server's hosts that overlaps. */
  public List<String> matching(String host, String namespace) {
    return server.hosts().stream()
        .filter(written -> allows(written, namespace))
        .map(written -> written.substring(written.indexOf('/') + 1))
        .filter(own -> io.weir.controlplane.registry.Hostname.overlap(own, host))
        .map(own -> io.weir.controlplane.registry.Hostname.covers(own, host) ? host : own)
        .distinct()
        .toList();
  }

  private boolean allows(String written, String namespace) {
    int slash = written.indexOf('/');
    String wanted = slash < 0 ? "*" : written.substring(0, slash);
    return switch (wanted) {
      case "*" -> true;
      case "." -> namespace.equals(config.namespace());
      default -> namespace.equals(wanted);
    };
  }
}
