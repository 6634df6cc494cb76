package io.weir.proxy.tls.verify;

import io.weir.proxy.tls.verify.Verdict.Alert;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Trusted certificates, and the search for a path from a peer's certificate to one of them. Any
 * trusted certificate ends a path, a root or not, as in Envoy. Immutable.
 */
final class TrustStore {
  /** What OpenSSL allows between leaf and anchor. */
  static final int DEFAULT_DEPTH = 100;

  private final List<X509Certificate> all;
  private final Map<X500Principal, List<X509Certificate>> bySubject = new HashMap<>();
  private final PathRules rules;

  /**
   * @param crls empty for no check of revocation
   * @param maxDepth certificates above the leaf, the anchor included; one at least
   */
  TrustStore(
      List<X509Certificate> trusted,
      List<X509CRL> crls,
      boolean leafRevocationOnly,
      boolean allowExpired,
      int maxDepth) {
    this.all = List.copyOf(trusted);
    for (X509Certificate each : trusted) {
      bySubject.computeIfAbsent(each.getSubjectX500Principal(), _ -> new ArrayList<>()).add(each);
    }
    this.rules =
        new PathRules(
            allowExpired,
            Math.max(1, maxDepth),
            crls.isEmpty() ? null : new Revocation(crls, leafRevocationOnly, allowExpired));
  }

  List<X509Certificate> all() {
    return all;
  }

  /** A path that cannot be, and where; the texts are OpenSSL's. */
  record Broken(int depth, String text, Alert alert) {}

  /** Checks a chain; null when it is trusted. */
  @Nullable Broken check(List<X509Certificate> presented, PeerRole role, long nowMillis) {
    var path = new ArrayList<X509Certificate>();
    path.add(presented.getFirst());
    return extend(path, presented, role, nowMillis);
  }

  /** Tries every way on from the end of the path; null when one leads to trust. */
  private @Nullable Broken extend(
      List<X509Certificate> path, List<X509Certificate> presented, PeerRole role, long now) {
    X509Certificate last = path.getLast();
    List<X509Certificate> sameName =
        bySubject.getOrDefault(last.getSubjectX500Principal(), List.of());
    if (sameName.contains(last)) {
      return rules.check(path, last, role, now);
    }
    Broken worst = null;
    for (X509Certificate anchor :
        bySubject.getOrDefault(last.getIssuerX500Principal(), List.of())) {
      if (PathRules.keysMatch(last, anchor)) {
        Broken broken = rules.check(path, anchor, role, now);
        if (broken == null) {
          return null;
        }
        worst = broken;
      }
    }
    if (worst == null && !selfIssued(last) && path.size() <= rules.maxDepth()) {
      for (X509Certificate candidate : presented) {
        if (candidate.getSubjectX500Principal().equals(last.getIssuerX500Principal())
            && !path.contains(candidate)
            && PathRules.keysMatch(last, candidate)) {
          path.addLast(candidate);
          Broken broken = extend(path, presented, role, now);
          path.removeLast();
          if (broken == null) {
            return null;
          }
          worst = broken;
        }
      }
    }
    return worst == null ? dead(path) : worst;
  }

  private Broken dead(List<X509Certificate> path) {
    int depth = path.size() - 1;
    String text = "unable to get local issuer certificate";
    if (selfIssued(path.getLast())) {
      text =
          depth == 0 ? "self-signed certificate" : "self-signed certificate in certificate chain";
    }
    return new Broken(depth, text, Alert.UNKNOWN_CA);
  }

  private static boolean selfIssued(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
  }
}
