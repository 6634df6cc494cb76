package io.weir.proxy.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.netty.handler.ssl.ClientAuth;
import io.netty.util.NetUtil;
import io.weir.filter.Problems;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.tls.pem.CredentialException;
import io.weir.proxy.tls.verify.PeerNames;
import io.weir.proxy.tls.verify.PeerRole;
import io.weir.proxy.worker.EventLoopWorker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code UpstreamTlsContext}: made of it on the control thread, used by workers. */
final class UpstreamTls implements UpstreamTransportSocket {
  private static final Logger LOG = LoggerFactory.getLogger("tls");
  private static final long DEFAULT_SESSION_SECONDS = 7200;

  private final UpstreamTlsContext message;
  private final Engines.Library library;
  private final TlsParameters parameters;
  private final List<String> alpn;
  private final String serverName;
  private final boolean hostServerName;
  private final boolean verifyServerName;
  private final ContextLoader parts;
  private final TlsSlot slot;

  private UpstreamTls(
      UpstreamTlsContext message,
      Engines.Library library,
      LoadContext context,
      LongSupplier clock,
      String statPrefix) {
    this.message = message;
    this.library = library;
    this.alpn = List.copyOf(message.getCommonTlsContext().getAlpnProtocolsList());
    this.serverName = message.getSni();
    this.hostServerName = message.getAutoHostSni();
    this.verifyServerName = message.getAutoSniSanValidation();
    LoadContext common = context.at("common_tls_context");
    this.parameters =
        ParametersLoader.load(
            message.getCommonTlsContext().getTlsParams(),
            false,
            library,
            common.problems().at("tls_params"));
    this.slot = new TlsSlot(context, statPrefix, "client_ssl_socket_factory.");
    this.parts = new ContextLoader(common, this::update, clock);
    parts.load(message.getCommonTlsContext());
    check(context.problems());
  }

  private void check(Problems problems) {
    if (parts.identityCount() > 1) {
      problems.add(
          "common_tls_context.tls_certificates",
          "multiple TLS certificates are not supported for client contexts",
          "keep one");
    }
    if (!serverName.isEmpty() && !validServerName(serverName)) {
      problems.add("sni", "is no host name: " + serverName, "SNI names hosts, not addresses");
    }
    if (verifyServerName
        && message.getCommonTlsContext().getValidationContextTypeCase()
            == io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext
                .ValidationContextTypeCase.VALIDATIONCONTEXTTYPE_NOT_SET) {
      problems.add(
          "auto_sni_san_validation",
          "names in certificates that nobody vouches for prove nothing",
          "set a validation context with trusted_ca");
    }
  }

  /** Null when problems were reported. */
  static @Nullable UpstreamTls load(
      UpstreamTlsContext message,
      Engines.Library library,
      LoadContext context,
      LongSupplier clock,
      String statPrefix) {
    int before = context.problems().count();
    var tls = new UpstreamTls(message, library, context, clock, statPrefix);
    if (context.problems().count() == before) {
      tls.slot.start(tls::make, tls.parts.settled());
    }
    return context.problems().count() > before ? null : tls;
  }

  private void update() {
    slot.update(this::make, parts::settled);
  }

  private @Nullable ClientVersion make() throws CredentialException {
    return parts.complete() ? new ClientVersion(library, settings(), parts.expirations()) : null;
  }

  private ContextSettings settings() {
    int sessions = message.hasMaxSessionKeys() ? message.getMaxSessionKeys().getValue() : 1;
    return new ContextSettings(
        false,
        parameters,
        alpn,
        parts.identities(),
        false,
        parts.verifier(),
        ClientAuth.NONE,
        true,
        new SessionSettings(true, true, sessions, DEFAULT_SESSION_SECONDS, List.of()));
  }

  /** One context for each list of protocols to offer, which a context fixes. */
  private static final class ClientVersion implements TlsSlot.Version {
    private final Engines.Library library;
    private final ContextSettings settings;
    private final Map<String, Long> expirations;
    private final Map<List<String>, Engines> byProtocols = new ConcurrentHashMap<>();

    ClientVersion(Engines.Library library, ContextSettings settings, Map<String, Long> expirations)
        throws CredentialException {
      this.expirations = expirations;
      this.library = library;
      this.settings = settings;
      byProtocols.put(settings.alpn(), library.engines(settings));
    }

    @Nullable Engines engines(List<String> protocols) {
      Engines known = byProtocols.get(protocols);
      if (known != null) {
        return known;
      }
      try {
        Engines made = library.engines(settings.withAlpn(protocols));
        Engines other = byProtocols.putIfAbsent(protocols, made);
        if (other == null) {
          return made;
        }
        made.close();
        return other;
      } catch (CredentialException e) {
        LOG.warn("no TLS context offering {}: {}", protocols, e.reason());
        return null;
      }
    }

    @Override
    public Map<String, Long> expirations() {
      return expirations;
    }

    @Override
    public void close() {
      byProtocols.values().forEach(Engines::close);
    }
  }

  @Override
  public @Nullable TlsHandshake open(
      EventLoopWorker worker, Options options, String address, String hostName) {
    TlsSlot.OnWorker now = slot.get(worker);
    Engines engines =
        now.version() instanceof ClientVersion version ? version.engines(protocols(options)) : null;
    if (engines == null) {
      now.stats().onUpstreamNotReady();
      return null;
    }
    String name = serverName(options, hostName);
    String sent = validServerName(name) ? name : "";
    SSLEngine engine = engines.newEngine(worker.allocator(), sessionKey(address, name), sent);
    PeerNames names = PeerNames.also(options.verifyNames());
    if (verifyServerName && names == PeerNames.NONE && !name.isEmpty()) {
      names = new PeerNames(List.of(name), true);
    }
    return new TlsHandshake(engines, engine, now.stats(), PeerRole.SERVER, sent, names);
  }

  private List<String> protocols(Options options) {
    return !options.applicationProtocols().isEmpty()
            && (options.protocolsOverride() || alpn.isEmpty())
        ? options.applicationProtocols()
        : alpn;
  }

  private String serverName(Options options, String hostName) {
    if (options.serverName() != null) {
      return options.serverName();
    }
    return hostServerName && !hostName.isEmpty() ? hostName : serverName;
  }

  /** Sessions belong to an address and a name; without dots, so that nobody takes it for SNI. */
  private static String sessionKey(String address, String name) {
    return (name.isEmpty() ? address : name + "|" + address).replace('.', '_');
  }

  private static boolean validServerName(String name) {
    if (name.isEmpty() || NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name)) {
      return false;
    }
    try {
      return !new SNIHostName(name).getAsciiName().isEmpty();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
