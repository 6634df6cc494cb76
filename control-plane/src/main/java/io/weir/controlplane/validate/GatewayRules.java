package io.weir.controlplane.validate;

import io.weir.controlplane.config.Gateway;
import io.weir.controlplane.config.Gateway.Mode;
import io.weir.controlplane.config.Gateway.Server;
import io.weir.controlplane.config.Gateway.ServerTls;
import io.weir.controlplane.config.Port;
import io.weir.controlplane.registry.Protocol;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rules about Gateways. */
final class GatewayRules {

  private GatewayRules() {}

  static void check(Gateway spec, Checks checks) {
    if (spec.servers().isEmpty()) {
      checks.wrong("servers", "must be set", "");
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < spec.servers().size(); i++) {
      Server server = spec.servers().get(i);
      Checks at = checks.at("servers[" + i + "]");
      server(server, at);
      Port port = server.port();
      if (port != null && !port.name().isEmpty() && !names.add(port.name())) {
        at.wrong("port.name", port.name() + " stands here twice", "names must be unique");
      }
    }
  }

  private static void server(Server server, Checks checks) {
    Port port = server.port();
    if (port == null) {
      checks.wrong("port", "must be set", "");
      return;
    }
    checks.port("port.number", port.number());
    checks.required("port.name", port.name());
    Protocol protocol = Protocol.parse(port.protocol());
    if (protocol == Protocol.UNKNOWN || protocol == Protocol.UDP) {
      checks.wrong(
          "port.protocol",
          "\"" + port.protocol() + "\" is no protocol of gateways",
          "HTTP, HTTPS, GRPC, HTTP2, MONGO, TCP or TLS");
    }
    if (!server.bind().isEmpty()
        && !server.bind().startsWith("unix://")
        && !Checks.isIp(server.bind())) {
      checks.wrong("bind", "\"" + server.bind() + "\" is no address", "");
    }
    if (server.hosts().isEmpty()) {
      checks.wrong("hosts", "must be set", "* for all");
    }
    for (int i = 0; i < server.hosts().size(); i++) {
      String host = server.hosts().get(i);
      checks.host("hosts[" + i + "]", host.substring(host.indexOf('/') + 1));
    }
    tls(server.tls(), protocol, checks);
  }

  private static void tls(@Nullable ServerTls tls, Protocol protocol, Checks checks) {
    if (tls == null) {
      if (protocol.isTls()) {
        checks.wrong("tls", "must be set for " + protocol, "at least a mode");
      }
      return;
    }
    Checks at = checks.at("tls");
    if (protocol.isHttp() && !tls.httpsRedirect()) {
      at.warn("", "has no effect for " + protocol, "use HTTPS as the protocol");
    }
    if (!protocol.isTls()) {
      return;
    }
    boolean own =
        tls.mode() == Mode.SIMPLE
            || tls.mode() == Mode.MUTUAL
            || tls.mode() == Mode.OPTIONAL_MUTUAL;
    boolean bySecret = !tls.credentialName().isEmpty() || !tls.credentialNames().isEmpty();
    if (own && !bySecret && tls.tlsCertificates().isEmpty()) {
      at.required("serverCertificate", tls.serverCertificate());
      at.required("privateKey", tls.privateKey());
      if (tls.mode() != Mode.SIMPLE && tls.caCertCredentialName().isEmpty()) {
        at.required("caCertificates", tls.caCertificates());
      }
    }
    if (!own && (bySecret || !tls.serverCertificate().isEmpty())) {
      at.wrong("mode", tls.mode() + " takes no certificates", "");
    }
    if (tls.maxProtocolVersion() != Gateway.TlsProtocol.TLS_AUTO
        && tls.minProtocolVersion().compareTo(tls.maxProtocolVersion()) > 0) {
      at.wrong("minProtocolVersion", "is above maxProtocolVersion", "");
    }
  }
}
