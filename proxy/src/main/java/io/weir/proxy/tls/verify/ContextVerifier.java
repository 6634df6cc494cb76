package io.weir.proxy.tls.verify;

import io.weir.proxy.tls.verify.Verdict.Alert;
import io.weir.proxy.tls.verify.Verdict.Cause;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The checks of {@code CertificateValidationContext}: chain, names, pins.
 *
 * @param trust null when chains are not checked
 * @param acceptUntrusted {@code trust_chain_verification: ACCEPT_UNTRUSTED}
 * @param hashes SHA-256 of certificates, hex
 * @param keys SHA-256 of public keys, hex
 * @param clock milliseconds since the epoch
 */
record ContextVerifier(
    @Nullable TrustStore trust,
    boolean acceptUntrusted,
    List<NameMatcher> matchers,
    Set<String> hashes,
    Set<String> keys,
    LongSupplier clock)
    implements PeerVerifier {

  @Override
  public Verdict verify(List<X509Certificate> chain, PeerRole role, PeerNames names) {
    if (trust != null) {
      TrustStore.Broken broken = trust.check(chain, role, clock.getAsLong());
      if (broken != null) {
        return acceptUntrusted ? Verdict.forgiven(Cause.CHAIN) : rejected(broken);
      }
    }
    X509Certificate leaf = chain.getFirst();
    Verdict named = NameChecks.check(leaf, names, matchers);
    if (named != null) {
      return acceptUntrusted ? Verdict.forgiven(Cause.NAMES) : named;
    }
    if (!hashes.isEmpty() || !keys.isEmpty()) {
      if (!pinned(leaf)) {
        return acceptUntrusted
            ? Verdict.forgiven(Cause.PIN)
            : new Verdict.Rejected(
                "verify cert failed: cert hash and spki", Cause.PIN, Alert.CERTIFICATE_UNKNOWN);
      }
      return Verdict.VALIDATED;
    }
    return trust == null && names.names().isEmpty() ? Verdict.NOT_VALIDATED : Verdict.VALIDATED;
  }

  static Verdict rejected(TrustStore.Broken broken) {
    return new Verdict.Rejected(
        "verify cert failed: X509_verify_cert: certificate verification error at depth "
            + broken.depth()
            + ": "
            + broken.text(),
        Cause.CHAIN,
        broken.alert());
  }

  private boolean pinned(X509Certificate leaf) {
    try {
      return !hashes.isEmpty() && hashes.contains(sha256(leaf.getEncoded()))
          || !keys.isEmpty() && keys.contains(sha256(leaf.getPublicKey().getEncoded()));
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private static String sha256(byte[] bytes) throws GeneralSecurityException {
    return java.util.HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Override
  public List<X509Certificate> authorities() {
    return trust == null ? List.of() : trust.all();
  }
}
