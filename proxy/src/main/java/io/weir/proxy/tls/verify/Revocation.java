package io.weir.proxy.tls.verify;

import io.weir.proxy.tls.verify.TrustStore.Broken;
import io.weir.proxy.tls.verify.Verdict.Alert;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * The check against configured revocation lists. With lists, every certificate of a path needs one
 * of its issuer, unless only leaves are checked. Immutable.
 */
final class Revocation {
  private static final String PREFIX =
      "certificate revocation check against provided CRLs failed: ";

  private final Map<X500Principal, X509CRL> byIssuer = new HashMap<>();
  private final boolean leafOnly;
  private final boolean allowExpired;

  Revocation(List<X509CRL> lists, boolean leafOnly, boolean allowExpired) {
    for (X509CRL each : lists) {
      byIssuer.merge(
          each.getIssuerX500Principal(),
          each,
          (a, b) -> a.getThisUpdate().after(b.getThisUpdate()) ? a : b);
    }
    this.leafOnly = leafOnly;
    this.allowExpired = allowExpired;
  }

  @Nullable Broken check(List<X509Certificate> path, X509Certificate anchor, long now) {
    int count = leafOnly ? 1 : path.size();
    for (int depth = 0; depth < count; depth++) {
      X509Certificate issuer = depth + 1 < path.size() ? path.get(depth + 1) : anchor;
      Broken broken = check(path.get(depth), issuer, depth, now);
      if (broken != null) {
        return broken;
      }
    }
    return leafOnly || path.getLast().equals(anchor)
        ? null
        : check(anchor, anchor, path.size(), now);
  }

  private @Nullable Broken check(
      X509Certificate certificate, X509Certificate issuer, int depth, long now) {
    X509CRL list = byIssuer.get(certificate.getIssuerX500Principal());
    if (list == null) {
      return broken(depth, "unable to get certificate CRL", Alert.UNKNOWN_CA);
    }
    try {
      list.verify(issuer.getPublicKey());
    } catch (GeneralSecurityException _) {
      return broken(depth, "CRL signature failure", Alert.UNKNOWN_CA);
    }
    if (now < list.getThisUpdate().getTime()) {
      return broken(depth, "CRL is not yet valid", Alert.CERTIFICATE_EXPIRED);
    }
    if (!allowExpired && list.getNextUpdate() != null && now > list.getNextUpdate().getTime()) {
      return broken(depth, "CRL has expired", Alert.CERTIFICATE_EXPIRED);
    }
    return list.isRevoked(certificate)
        ? broken(depth, "certificate revoked", Alert.CERTIFICATE_REVOKED)
        : null;
  }

  private static Broken broken(int depth, String text, Alert alert) {
    return new Broken(depth, PREFIX + text, alert);
  }
}
