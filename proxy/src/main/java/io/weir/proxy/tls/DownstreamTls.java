package io.weir.proxy.tls;

import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.netty.handler.ssl.ClientAuth;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.tls.pem.CredentialException;
import io.weir.proxy.tls.verify.PeerNames;
import io.weir.proxy.tls.verify.PeerRole;
import io.weir.proxy.tls.verify.PeerVerifier;
import io.weir.proxy.worker.EventLoopWorker;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** {@code DownstreamTlsContext}: made of it on the control thread, used by workers. */
final class DownstreamTls implements DownstreamTransportSocket {
  private static final long DEFAULT_SESSION_SECONDS = 7200;

  private final DownstreamTlsContext message;
  private final Engines.Library library;
  private final TlsParameters parameters;
  private final List<byte[]> ticketKeys;
  private final ContextLoader parts;
  private final TlsSlot slot;

  private DownstreamTls(
      DownstreamTlsContext message,
      Engines.Library library,
      LoadContext context,
      LongSupplier clock) {
    this.message = message;
    this.library = library;
    LoadContext common = context.at("common_tls_context");
    this.parameters =
        ParametersLoader.load(
            message.getCommonTlsContext().getTlsParams(),
            true,
            library,
            common.problems().at("tls_params"));
    this.slot = new TlsSlot(context, context.statPrefix(), "server_ssl_socket_factory.");
    this.parts = new ContextLoader(common, this::update, clock);
    parts.load(message.getCommonTlsContext());
    if (message.hasSessionTicketKeysSdsSecretConfig()) {
      parts.loadTicketKeys(message.getSessionTicketKeysSdsSecretConfig());
    }
    this.ticketKeys =
        ContextLoader.ticketKeys(
            message.getSessionTicketKeys().getKeysList(),
            context.problems().at("session_ticket_keys"));
    if (!parts.hasIdentities()) {
      common
          .problems()
          .add(
              "tls_certificates",
              "no TLS certificates found for server context",
              "set tls_certificates or tls_certificate_sds_secret_configs");
    }
  }

  /** Null when problems were reported. */
  static @Nullable DownstreamTls load(
      DownstreamTlsContext message,
      Engines.Library library,
      LoadContext context,
      LongSupplier clock) {
    int before = context.problems().count();
    var tls = new DownstreamTls(message, library, context, clock);
    if (context.problems().count() == before) {
      tls.slot.start(tls::make, tls.parts.settled());
    }
    return context.problems().count() > before ? null : tls;
  }

  private void update() {
    slot.update(this::make, parts::settled);
  }

  private @Nullable ServerVersion make() throws CredentialException {
    return parts.complete()
        ? new ServerVersion(library.engines(settings()), parts.expirations())
        : null;
  }

  private ContextSettings settings() {
    PeerVerifier verifier = parts.verifier();
    boolean checks = verifier != PeerVerifier.NONE;
    return new ContextSettings(
        true,
        parameters,
        message.getCommonTlsContext().getAlpnProtocolsList(),
        parts.identities(),
        message.getFullScanCertsOnSniMismatch().getValue(),
        verifier,
        message.getRequireClientCertificate().getValue()
            ? ClientAuth.REQUIRE
            : checks ? ClientAuth.OPTIONAL : ClientAuth.NONE,
        !message.getPreferClientCiphers(),
        new SessionSettings(
            !message.getDisableStatelessSessionResumption(),
            !message.getDisableStatefulSessionResumption(),
            0,
            message.hasSessionTimeout()
                ? Durations.toSeconds(message.getSessionTimeout())
                : DEFAULT_SESSION_SECONDS,
            ticketKeys.isEmpty() ? parts.ticketKeys() : ticketKeys));
  }

  /** One context for all connections. */
  private record ServerVersion(Engines engines, Map<String, Long> expirations)
      implements TlsSlot.Version {
    @Override
    public void close() {
      engines.close();
    }
  }

  @Override
  public @Nullable TlsHandshake open(EventLoopWorker worker) {
    TlsSlot.OnWorker now = slot.get(worker);
    if (!(now.version() instanceof ServerVersion(Engines engines, var _))) {
      now.stats().onDownstreamNotReady();
      return null;
    }
    SSLEngine engine = engines.newEngine(worker.allocator(), "", "");
    return new TlsHandshake(engines, engine, now.stats(), PeerRole.CLIENT, "", PeerNames.NONE);
  }
}
