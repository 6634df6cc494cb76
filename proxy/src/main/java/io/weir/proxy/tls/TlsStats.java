package io.weir.proxy.tls;

import io.weir.filter.CipherSuites;
import io.weir.filter.Counter;
import io.weir.filter.Stats;
import io.weir.filter.TlsInfo;
import io.weir.proxy.tls.verify.Verdict;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.HashMap;
import java.util.Map;

/** {@code ssl.*} of a listener or cluster on one worker. */
final class TlsStats {
  private static final String[] NEVER_COUNTED = {
    "ocsp_staple_failed", "ocsp_staple_omitted", "ocsp_staple_requests", "ocsp_staple_responses"
  };

  private final Stats stats;
  private final String prefix;
  private final Counter connectionError;
  private final Counter handshake;
  private final Counter sessionReused;
  private final Counter noCertificate;
  private final Counter failNoCertificate;
  private final Counter failChain;
  private final Counter failNames;
  private final Counter failPin;
  private final Counter downstreamNotReady;
  private final Counter upstreamNotReady;
  private final Counter updatesBySds;
  private final Map<String, Counter> byName = new HashMap<>();

  /**
   * @param scope {@code listener.127.0.0.1_80.} or {@code cluster.a.}
   * @param factory {@code server_ssl_socket_factory.} or {@code client_ssl_socket_factory.}
   */
  TlsStats(Stats stats, String scope, String factory) {
    this.stats = stats;
    this.prefix = scope + "ssl.";
    this.connectionError = stats.counter(prefix, "connection_error");
    this.handshake = stats.counter(prefix, "handshake");
    this.sessionReused = stats.counter(prefix, "session_reused");
    this.noCertificate = stats.counter(prefix, "no_certificate");
    this.failNoCertificate = stats.counter(prefix, "fail_verify_no_cert");
    this.failChain = stats.counter(prefix, "fail_verify_error");
    this.failNames = stats.counter(prefix, "fail_verify_san");
    this.failPin = stats.counter(prefix, "fail_verify_cert_hash");
    for (String name : NEVER_COUNTED) {
      stats.counter(prefix, name);
    }
    this.downstreamNotReady =
        stats.counter(scope + factory, "downstream_context_secrets_not_ready");
    this.upstreamNotReady = stats.counter(scope + factory, "upstream_context_secrets_not_ready");
    this.updatesBySds = stats.counter(scope + factory, "ssl_context_update_by_sds");
  }

  void onHandshake(TlsInfo info, boolean resumed) {
    handshake.inc();
    if (resumed) {
      sessionReused.inc();
    }
    if (info.peerCertificates().isEmpty()) {
      noCertificate.inc();
    } else {
      String signature = signature(info.peerCertificates().getFirst());
      if (!signature.isEmpty()) {
        named("sigalgs.", signature);
      }
    }
    named("ciphers.", CipherSuites.openSslName(info.cipher()));
    named("versions.", info.version());
    if (!info.group().isEmpty()) {
      named("curves.", info.group());
    }
  }

  /** A peer is accepted although something is wrong with its certificates. */
  void onForgiven(Verdict.Cause cause) {
    switch (cause) {
      case CHAIN -> failChain.inc();
      case NAMES -> failNames.inc();
      case PIN -> failPin.inc();
    }
  }

  /**
   * The algorithm of the peer's signature, as far as its key tells: all there is for a key of TLS
   * 1.3, and what peers of RSA keys choose first.
   */
  private static String signature(X509Certificate leaf) {
    return switch (leaf.getPublicKey()) {
      case ECPublicKey key ->
          switch (key.getParams().getOrder().bitLength()) {
            case 256 -> "ecdsa_secp256r1_sha256";
            case 384 -> "ecdsa_secp384r1_sha384";
            default -> "ecdsa_secp521r1_sha512";
          };
      case RSAPublicKey _ -> "rsa_pss_rsae_sha256";
      case PublicKey other -> other.getAlgorithm().startsWith("Ed") ? "ed25519" : "";
    };
  }

  private void named(String kind, String name) {
    byName.computeIfAbsent(kind + name, each -> stats.counter(prefix, each)).inc();
  }

  void onFailure(TlsFailure failure) {
    switch (failure.kind()) {
      case CHAIN -> failChain.inc();
      case NAMES -> failNames.inc();
      case PIN -> failPin.inc();
      case NO_CERTIFICATE -> failNoCertificate.inc();
      case ERROR -> connectionError.inc();
      case CLOSED -> {
        // Going away is no error.
      }
    }
  }

  /**
   * Another version of the context is in use; on one worker only.
   *
   * @param updates secrets that came by SDS for it
   * @param expirations of its certificates, seconds since the epoch, by name
   */
  void onVersion(long updates, Map<String, Long> expirations) {
    updatesBySds.add(updates);
    expirations.forEach(
        (name, seconds) ->
            stats
                .gauge(prefix, "certificate." + name + ".expiration_unix_time_seconds")
                .set(seconds));
  }

  void onDownstreamNotReady() {
    downstreamNotReady.inc();
  }

  void onUpstreamNotReady() {
    upstreamNotReady.inc();
  }
}
