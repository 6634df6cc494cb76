package io.weir.proxy.tls;

import io.netty.handler.ssl.SslHandler;
import io.weir.filter.TlsInfo;
import io.weir.proxy.tls.pem.Identity;
import io.weir.proxy.tls.verify.PeerNames;
import io.weir.proxy.tls.verify.PeerRole;
import io.weir.proxy.tls.verify.Verdict;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The TLS layer of one connection: its handler, and what the handshake found. Belongs to the
 * connection's worker.
 */
public final class TlsHandshake {
  /** What BoringSSL says of a handshake that has not agreed on a version yet. */
  static final String UNDECIDED = "TLSv1.2";

  private final Engines engines;
  private final SSLEngine engine;
  private final SslHandler handler;
  private final TlsStats stats;
  private final PeerRole peer;
  private final String sentServerName;
  private final PeerNames peerNames;
  private @Nullable Identity identity;
  private @Nullable Verdict verdict;
  private @Nullable ClientHello hello;
  private List<X509Certificate> presented = List.of();
  // Later a broken engine knows it no more.
  private String version = UNDECIDED;
  private boolean done;

  /**
   * @param sentServerName SNI of a client, empty for none and for servers
   * @param peerNames names that the peer must have
   */
  TlsHandshake(
      Engines engines,
      SSLEngine engine,
      TlsStats stats,
      PeerRole peer,
      String sentServerName,
      PeerNames peerNames) {
    this.engines = engines;
    this.engine = engine;
    this.stats = stats;
    this.peer = peer;
    this.sentServerName = sentServerName;
    this.peerNames = peerNames;
    this.handler =
        engines.readsHello() ? new HelloReader(engine, this::setHello) : new SslHandler(engine);
    engines.handshakes().begin(engine, this);
  }

  /** To be put into the channel's pipeline; its handshake future tells when to go on. */
  public SslHandler handler() {
    return handler;
  }

  // ---- from the TLS library

  PeerRole peer() {
    return peer;
  }

  PeerNames peerNames() {
    return peerNames;
  }

  void setIdentity(Identity chosen) {
    identity = chosen;
  }

  void setVerdict(List<X509Certificate> chain, Verdict found) {
    presented = chain;
    verdict = found;
    version = engines.version(engine);
  }

  private void setHello(ClientHello read) {
    hello = read;
  }

  /** Null unless it was read. */
  @Nullable ClientHello hello() {
    return hello;
  }

  @Nullable Verdict verdict() {
    return verdict;
  }

  // ---- the outcome

  /** The handshake is done: what it agreed on. Call once. */
  public TlsInfo complete() {
    SSLSession session = engine.getSession();
    boolean resumed = engines.resumed(engine);
    // Nobody asked about a peer, so there is none; a session would say so by an exception.
    boolean alone = verdict == null && engines.tellsResumed() && !resumed;
    List<X509Certificate> chain = alone ? List.of() : peerChain(session);
    var info =
        new TlsInfo(
            session.getProtocol(),
            session.getCipherSuite(),
            HexFormat.of().formatHex(session.getId()),
            chain,
            verdict instanceof Verdict.Accepted(boolean validated, var _) && validated,
            local(session),
            engines.group(engine),
            applicationProtocol(),
            serverName(session));
    end();
    if (verdict instanceof Verdict.Accepted(var _, Verdict.Cause forgiven) && forgiven != null) {
      stats.onForgiven(forgiven);
    }
    stats.onHandshake(info, resumed);
    return info;
  }

  /** What is known of a handshake that has failed. */
  public TlsInfo partly() {
    return new TlsInfo(version, "", "", presented, false, null, "", "");
  }

  /** The handshake has failed: the words that Envoy has for it, empty for none. Call once. */
  public String fail(Throwable failure) {
    if (done) {
      return "";
    }
    end();
    TlsFailure found = TlsFailure.of(failure, verdict);
    stats.onFailure(found);
    return found.text();
  }

  private void end() {
    done = true;
    engines.handshakes().end(engine);
  }

  private String applicationProtocol() {
    String protocol = engine.getApplicationProtocol();
    return protocol == null ? "" : protocol;
  }

  private String serverName(SSLSession session) {
    if (peer == PeerRole.SERVER) {
      return sentServerName;
    }
    if (session instanceof ExtendedSSLSession extended) {
      try {
        for (SNIServerName name : extended.getRequestedServerNames()) {
          if (name instanceof SNIHostName host) {
            return host.getAsciiName();
          }
        }
      } catch (UnsupportedOperationException _) {
        // This library does not keep it.
      }
    }
    return "";
  }

  private @Nullable X509Certificate local(SSLSession session) {
    if (identity != null) {
      return identity.leaf();
    }
    Certificate[] chain = session.getLocalCertificates();
    return chain != null && chain.length > 0 && chain[0] instanceof X509Certificate leaf
        ? leaf
        : null;
  }

  private static List<X509Certificate> peerChain(SSLSession session) {
    try {
      var chain = new ArrayList<X509Certificate>();
      for (Certificate each : session.getPeerCertificates()) {
        if (each instanceof X509Certificate certificate) {
          chain.add(certificate);
        }
      }
      return chain;
    } catch (SSLPeerUnverifiedException _) {
      return List.of();
    }
  }
}
