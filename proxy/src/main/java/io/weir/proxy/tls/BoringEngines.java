package io.weir.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.CertificateVerifier;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.weir.proxy.tls.pem.CredentialException;
import io.weir.proxy.tls.pem.Identity;
import io.weir.proxy.tls.verify.Verdict;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** Engines of BoringSSL, through netty-tcnative. */
final class BoringEngines implements Engines {
  private static final int MAX_CLIENT_SESSIONS = 1024;

  /** BoringSSL as the library in use. */
  static final Library LIBRARY =
      new Library() {
        @Override
        public Engines engines(ContextSettings settings) throws CredentialException {
          return new BoringEngines(settings);
        }

        @Override
        public boolean hasCipher(String name) {
          return !name.startsWith("TLS_") && OpenSsl.isCipherSuiteAvailable(name);
        }

        @Override
        public boolean hasGroup(String name) {
          return BoringEngines.takesGroup(name);
        }
      };

  private static final List<String> TLS13 =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  private final ReferenceCountedOpenSslContext context;
  private final Handshakes handshakes = new Handshakes();
  private final boolean server;
  private final boolean tickets;
  private final boolean clientCiphers;
  private final boolean mixed;

  private BoringEngines(ContextSettings settings) throws CredentialException {
    try {
      context = (ReferenceCountedOpenSslContext) builder(settings).build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new CredentialException("BoringSSL does not take the context: " + e.getMessage());
    }
    tuneSessions(settings);
    server = settings.server();
    tickets = settings.server() && settings.sessions().tickets();
    mixed =
        settings.server()
            && settings.identities().stream().map(Identity::ecdsa).distinct().count() > 1;
    clientCiphers = settings.server() && !settings.serverCiphers();
  }

  static boolean available() {
    return OpenSsl.isAvailable() && OpenSsl.versionString().contains("BoringSSL");
  }

  private SslContextBuilder builder(ContextSettings settings) {
    var chooser =
        new IdentityChooser(
            settings.identities(),
            settings.fullScan(),
            new NativeHello(handshakes),
            handshakes,
            true);
    var keys = new OpenSslCachingX509KeyManagerFactory(new FixedKeyManager(chooser));
    SslContextBuilder builder =
        settings.server() ? SslContextBuilder.forServer(keys) : SslContextBuilder.forClient();
    if (!settings.server() && !settings.identities().isEmpty()) {
      builder.keyManager(keys);
    }
    if (!settings.alpn().isEmpty()) {
      builder.applicationProtocolConfig(
          new ApplicationProtocolConfig(
              ApplicationProtocolConfig.Protocol.ALPN,
              ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
              ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
              settings.alpn()));
    }
    return builder
        .sslProvider(SslProvider.OPENSSL_REFCNT)
        .trustManager(new PeerTrust(settings.verifier(), handshakes, BoringEngines::refusal))
        .endpointIdentificationAlgorithm(null)
        .clientAuth(settings.clientAuth())
        .protocols(settings.parameters().versions())
        .ciphers(ciphers(settings.parameters()), IdentityCipherSuiteFilter.INSTANCE)
        .sessionTimeout(settings.sessions().timeoutSeconds())
        .option(OpenSslContextOption.USE_TASKS, false)
        .option(OpenSslContextOption.GROUPS, settings.parameters().groups().toArray(String[]::new));
  }

  /** The suites of TLS 1.3 cannot be chosen in BoringSSL, but without them Netty turns it off. */
  private static List<String> ciphers(TlsParameters parameters) {
    var names = new ArrayList<>(parameters.ciphers());
    if (parameters.versions().contains("TLSv1.3")) {
      names.addAll(TLS13);
    }
    return names;
  }

  private void tuneSessions(ContextSettings settings) {
    SessionSettings sessions = settings.sessions();
    OpenSslSessionContext cache = context.sessionContext();
    if (!settings.server()) {
      cache.setSessionCacheEnabled(sessions.cacheSize() > 0);
      if (sessions.cacheSize() > 0) {
        cache.setSessionCacheSize(Math.max(sessions.cacheSize(), MAX_CLIENT_SESSIONS));
      }
      return;
    }
    cache.setSessionCacheEnabled(sessions.cache());
    if (sessions.tickets() && !sessions.ticketKeys().isEmpty()) {
      cache.setTicketKeys(
          sessions.ticketKeys().stream()
              .map(BoringEngines::ticketKey)
              .toArray(OpenSslSessionTicketKey[]::new));
    }
    if (cache instanceof OpenSslServerSessionContext server) {
      server.setSessionIdContext(SessionIds.of(settings));
    }
  }

  /** Netty's tickets take shorter keys: 16 bytes of HMAC and AES key each. */
  private static OpenSslSessionTicketKey ticketKey(byte[] key) {
    return new OpenSslSessionTicketKey(
        Arrays.copyOfRange(key, 0, 16),
        Arrays.copyOfRange(key, 16, 32),
        Arrays.copyOfRange(key, 48, 64));
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String peer, String serverName) {
    SSLEngine engine =
        peer.isEmpty() ? context.newEngine(allocator) : context.newEngine(allocator, peer, 0);
    // Netty turns tickets off for a whole context, without a way to leave the keys to BoringSSL.
    long pointer = ((ReferenceCountedOpenSslEngine) engine).sslPointer();
    if (tickets || !server) {
      SSL.clearOptions(pointer, SSL.SSL_OP_NO_TICKET);
    } else if (server) {
      SSL.setOptions(pointer, SSL.SSL_OP_NO_TICKET);
    }
    if (clientCiphers) {
      SSL.clearOptions(pointer, SSL.SSL_OP_CIPHER_SERVER_PREFERENCE);
    }
    if (!serverName.isEmpty()) {
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(serverName)));
      engine.setSSLParameters(parameters);
    }
    return engine;
  }

  @Override
  public String group(SSLEngine engine) {
    try {
      String name = SSL.getGroupName(((ReferenceCountedOpenSslEngine) engine).sslPointer());
      return name == null ? "" : name;
    } catch (Exception _) {
      return "";
    }
  }

  @Override
  public boolean resumed(SSLEngine engine) {
    return SSL.isSessionReused(((ReferenceCountedOpenSslEngine) engine).sslPointer());
  }

  @Override
  public boolean readsHello() {
    return mixed;
  }

  @Override
  public String version(SSLEngine engine) {
    try {
      String version = SSL.getVersion(((ReferenceCountedOpenSslEngine) engine).sslPointer());
      return version.startsWith("TLSv") ? version : TlsHandshake.UNDECIDED;
    } catch (RuntimeException _) {
      return TlsHandshake.UNDECIDED;
    }
  }

  @Override
  public boolean tellsResumed() {
    return true;
  }

  @Override
  public Handshakes handshakes() {
    return handshakes;
  }

  @Override
  public void close() {
    context.release();
  }

  private static CertificateException refusal(Verdict.Rejected rejected) {
    int code =
        switch (rejected.alert()) {
          case UNKNOWN_CA -> CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
          case CERTIFICATE_EXPIRED -> CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED;
          case UNSUPPORTED_CERTIFICATE -> CertificateVerifier.X509_V_ERR_INVALID_PURPOSE;
          case CERTIFICATE_REVOKED -> CertificateVerifier.X509_V_ERR_CERT_REVOKED;
          case CERTIFICATE_UNKNOWN -> CertificateVerifier.X509_V_ERR_PERMITTED_VIOLATION;
        };
    return new OpenSslCertificateException(rejected.reason(), code);
  }

  /** What tcnative tells of the client's hello. */
  private record NativeHello(Handshakes handshakes) implements IdentityChooser.Hello {
    @Override
    public String serverName(SSLEngine engine) {
      String name = SSL.getSniHostname(((ReferenceCountedOpenSslEngine) engine).sslPointer());
      return name == null ? "" : name;
    }

    @Override
    public boolean ecdsa(SSLEngine engine) {
      TlsHandshake handshake = handshakes.find(engine);
      ClientHello hello = handshake == null ? null : handshake.hello();
      if (hello != null) {
        return hello.takesEcdsa();
      }
      String[] algorithms = SSL.getSigAlgs(((ReferenceCountedOpenSslEngine) engine).sslPointer());
      return algorithms != null
          && Arrays.stream(algorithms).anyMatch(each -> each.startsWith("ecdsa_"));
    }
  }

  private static boolean takesGroup(String name) {
    try {
      long context = SSLContext.make(SSL.SSL_PROTOCOL_ALL, SSL.SSL_MODE_SERVER);
      try {
        return SSLContext.setCurvesList(context, name);
      } finally {
        SSLContext.free(context);
        SSL.clearError();
      }
    } catch (Exception _) {
      return false;
    }
  }
}
