package io.weir.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.weir.filter.CipherSuites;
import io.weir.proxy.tls.pem.CredentialException;
import io.weir.proxy.tls.verify.Verdict;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Engines of the JDK, for machines on which BoringSSL does not load. */
final class JdkEngines implements Engines {
  /** The JDK as the library in use. */
  static final Library LIBRARY =
      new Library() {
        @Override
        public Engines engines(ContextSettings settings) throws CredentialException {
          return new JdkEngines(settings);
        }

        @Override
        public boolean hasCipher(String name) {
          return CipherSuites.standardName(name) != null;
        }

        @Override
        public boolean hasGroup(String name) {
          return JdkEngines.group(name) != null;
        }
      };

  private static final Set<String> TLS13 =
      Set.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  private final ContextSettings settings;
  private final SSLContext context;
  private final SSLParameters parameters;
  private final Handshakes handshakes = new Handshakes();

  private JdkEngines(ContextSettings settings) throws CredentialException {
    this.settings = settings;
    try {
      context = SSLContext.getInstance("TLS");
      var chooser =
          new IdentityChooser(
              settings.identities(), settings.fullScan(), new JdkHello(), handshakes, false);
      context.init(
          new KeyManager[] {chooser},
          new TrustManager[] {new PeerTrust(settings.verifier(), handshakes, JdkEngines::refusal)},
          new SecureRandom());
    } catch (GeneralSecurityException e) {
      throw new CredentialException("the JDK does not take the context: " + e.getMessage());
    }
    int timeout = (int) Math.min(settings.sessions().timeoutSeconds(), Integer.MAX_VALUE);
    context.getServerSessionContext().setSessionTimeout(timeout);
    parameters = parameters(settings);
  }

  private SSLParameters parameters(ContextSettings settings) {
    SSLParameters made = context.getDefaultSSLParameters();
    TlsParameters wanted = settings.parameters();
    made.setProtocols(wanted.versions().toArray(String[]::new));
    Set<String> supported = Set.of(context.getSupportedSSLParameters().getCipherSuites());
    var ciphers = new ArrayList<>(TLS13);
    for (String name : wanted.ciphers()) {
      String standard = CipherSuites.standardName(name);
      if (standard != null && supported.contains(standard)) {
        ciphers.add(standard);
      }
    }
    made.setCipherSuites(ciphers.toArray(String[]::new));
    made.setNamedGroups(
        wanted.groups().stream()
            .map(JdkEngines::group)
            .filter(java.util.Objects::nonNull)
            .toArray(String[]::new));
    if (!wanted.signatures().isEmpty()) {
      made.setSignatureSchemes(wanted.signatures().toArray(String[]::new));
    }
    made.setUseCipherSuitesOrder(settings.serverCiphers());
    if (settings.server()) {
      made.setNeedClientAuth(settings.clientAuth() == ClientAuth.REQUIRE);
      if (settings.clientAuth() == ClientAuth.OPTIONAL) {
        made.setWantClientAuth(true);
      }
    } else {
      made.setApplicationProtocols(settings.alpn().toArray(String[]::new));
    }
    return made;
  }

  /** The JDK's name of a group that BoringSSL calls {@code name}, or null. */
  private static @Nullable String group(String name) {
    return switch (name) {
      case "X25519" -> "x25519";
      case "P-256" -> "secp256r1";
      case "P-384" -> "secp384r1";
      case "P-521" -> "secp521r1";
      default -> null;
    };
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String peer, String serverName) {
    boolean resumes = settings.sessions().cacheSize() > 0;
    SSLEngine engine =
        peer.isEmpty() || !resumes ? context.createSSLEngine() : context.createSSLEngine(peer, 0);
    engine.setUseClientMode(!settings.server());
    engine.setSSLParameters(parameters);
    if (!serverName.isEmpty()) {
      SSLParameters own = engine.getSSLParameters();
      own.setServerNames(List.of(new SNIHostName(serverName)));
      engine.setSSLParameters(own);
    }
    if (settings.server() && !settings.alpn().isEmpty()) {
      // No agreement is no failure, as in Envoy.
      engine.setHandshakeApplicationProtocolSelector(
          (_, offered) ->
              settings.alpn().stream().filter(offered::contains).findFirst().orElse(""));
    }
    return engine;
  }

  @Override
  public String group(SSLEngine engine) {
    return "";
  }

  @Override
  public boolean resumed(SSLEngine engine) {
    return false;
  }

  @Override
  public boolean readsHello() {
    return false;
  }

  @Override
  public String version(SSLEngine engine) {
    var session = engine.getHandshakeSession();
    String version = session == null ? engine.getSession().getProtocol() : session.getProtocol();
    return version.startsWith("TLSv") ? version : TlsHandshake.UNDECIDED;
  }

  @Override
  public boolean tellsResumed() {
    return false;
  }

  @Override
  public Handshakes handshakes() {
    return handshakes;
  }

  @Override
  public void close() {
    // The collector does it.
  }

  private static CertificateException refusal(Verdict.Rejected rejected) {
    String reason = rejected.reason();
    return switch (rejected.alert()) {
      case CERTIFICATE_EXPIRED -> {
        var expired = new CertificateException(reason);
        expired.initCause(
            new CertPathValidatorException(
                reason,
                new CertificateExpiredException(),
                null,
                -1,
                CertPathValidatorException.BasicReason.EXPIRED));
        yield expired;
      }
      case CERTIFICATE_REVOKED -> {
        var revoked = new CertificateException(reason);
        revoked.initCause(
            new CertPathValidatorException(
                reason, null, null, -1, CertPathValidatorException.BasicReason.REVOKED));
        yield revoked;
      }
      case UNKNOWN_CA, UNSUPPORTED_CERTIFICATE, CERTIFICATE_UNKNOWN ->
          new CertificateException(reason);
    };
  }

  /** What the JDK tells of the client's hello. */
  private static final class JdkHello implements IdentityChooser.Hello {
    @Override
    public String serverName(SSLEngine engine) {
      if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
        for (SNIServerName name : session.getRequestedServerNames()) {
          if (name instanceof SNIHostName host) {
            return host.getAsciiName();
          }
        }
      }
      return "";
    }

    @Override
    public boolean ecdsa(SSLEngine engine) {
      throw new UnsupportedOperationException("the JDK asks for a type of key");
    }
  }
}
