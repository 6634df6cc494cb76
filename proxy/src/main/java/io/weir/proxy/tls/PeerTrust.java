package io.weir.proxy.tls;

import io.netty.handler.ssl.ResumableX509ExtendedTrustManager;
import io.weir.proxy.tls.verify.PeerNames;
import io.weir.proxy.tls.verify.PeerRole;
import io.weir.proxy.tls.verify.PeerVerifier;
import io.weir.proxy.tls.verify.Verdict;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Answers the TLS library's question whether a peer's certificates are good, also when it resumes a
 * session: what was good under an older context need not be so now. Any thread.
 */
final class PeerTrust extends X509ExtendedTrustManager
    implements ResumableX509ExtendedTrustManager {
  private final PeerVerifier verifier;
  private final Handshakes handshakes;
  private final Function<Verdict.Rejected, CertificateException> refusal;

  /**
   * @param refusal makes the exception from which the library knows the alert to send
   */
  PeerTrust(
      PeerVerifier verifier,
      Handshakes handshakes,
      Function<Verdict.Rejected, CertificateException> refusal) {
    this.verifier = verifier;
    this.handshakes = handshakes;
    this.refusal = refusal;
  }

  private void check(X509Certificate[] chain, @Nullable SSLEngine engine, PeerRole role)
      throws CertificateException {
    TlsHandshake handshake = handshakes.find(engine);
    PeerNames names = handshake == null ? PeerNames.NONE : handshake.peerNames();
    List<X509Certificate> presented = List.of(chain);
    Verdict verdict = verifier.verify(presented, role, names);
    if (handshake != null) {
      handshake.setVerdict(presented, verdict);
    }
    if (verdict instanceof Verdict.Rejected rejected) {
      throw refusal.apply(rejected);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, engine, PeerRole.CLIENT);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, engine, PeerRole.SERVER);
  }

  @Override
  public void resumeClientTrusted(X509Certificate[] chain, SSLEngine engine)
      throws CertificateException {
    if (chain.length > 0) {
      check(chain, engine, PeerRole.CLIENT);
    }
  }

  @Override
  public void resumeServerTrusted(X509Certificate[] chain, SSLEngine engine)
      throws CertificateException {
    if (chain.length > 0) {
      check(chain, engine, PeerRole.SERVER);
    }
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return verifier.authorities().toArray(X509Certificate[]::new);
  }

  // Without an engine nothing is known of the connection; not used here.

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, null, PeerRole.CLIENT);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, null, PeerRole.SERVER);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, null, PeerRole.CLIENT);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, null, PeerRole.SERVER);
  }
}
