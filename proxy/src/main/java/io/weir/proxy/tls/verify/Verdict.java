package io.weir.proxy.tls.verify;

import org.jspecify.annotations.Nullable;

/** What a check of a peer's certificates found. */
public sealed interface Verdict {
  Verdict VALIDATED = new Accepted(true, null);
  Verdict NOT_VALIDATED = new Accepted(false, null);

  /** Something was wrong, but untrusted peers are accepted. */
  static Verdict forgiven(Cause cause) {
    return new Accepted(false, cause);
  }

  /**
   * The handshake may go on.
   *
   * @param validated whether everything was checked and right
   * @param forgiven what was wrong and does not matter, null for nothing
   */
  record Accepted(boolean validated, @Nullable Cause forgiven) implements Verdict {}

  /**
   * The handshake ends.
   *
   * @param reason in Envoy's words, what follows {@code CERTIFICATE_VERIFY_FAILED:}
   */
  record Rejected(String reason, Cause cause, Alert alert) implements Verdict {}

  /** The statistic that counts a rejection. */
  enum Cause {
    /** {@code fail_verify_error}. */
    CHAIN,
    /** {@code fail_verify_san}. */
    NAMES,
    /** {@code fail_verify_cert_hash}. */
    PIN
  }

  /** What the peer is told. */
  enum Alert {
    UNKNOWN_CA,
    CERTIFICATE_EXPIRED,
    UNSUPPORTED_CERTIFICATE,
    CERTIFICATE_REVOKED,
    CERTIFICATE_UNKNOWN
  }
}
