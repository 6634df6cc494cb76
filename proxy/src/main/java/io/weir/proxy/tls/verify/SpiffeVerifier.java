package io.weir.proxy.tls.verify;

import io.weir.proxy.tls.verify.Verdict.Alert;
import io.weir.proxy.tls.verify.Verdict.Cause;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks X.509-SVIDs (SPIFFE): the trust bundle is that of the trust domain which the certificate's
 * URI names, so that no domain's authority can speak for another.
 *
 * @param bundles by trust domain
 */
record SpiffeVerifier(
    Map<String, TrustStore> bundles, List<NameMatcher> matchers, LongSupplier clock)
    implements PeerVerifier {
  private static final String SCHEME = "spiffe://";
  private static final int KEY_CERT_SIGN = 5;
  private static final int CRL_SIGN = 6;

  SpiffeVerifier {
    bundles = Map.copyOf(bundles);
    matchers = List.copyOf(matchers);
  }

  @Override
  public Verdict verify(List<X509Certificate> chain, PeerRole role, PeerNames names) {
    X509Certificate leaf = chain.getFirst();
    if (!isLeaf(leaf)) {
      return rejected("verify cert failed: cert precheck");
    }
    String domain = trustDomain(leaf);
    TrustStore bundle = domain == null ? null : bundles.get(domain);
    if (bundle == null) {
      return rejected("verify cert failed: no trust bundle store");
    }
    TrustStore.Broken broken = bundle.check(chain, role, clock.getAsLong());
    if (broken != null) {
      return ContextVerifier.rejected(broken);
    }
    Verdict named = NameChecks.check(leaf, names, matchers);
    return named == null ? Verdict.VALIDATED : named;
  }

  /** SVIDs of workloads sign nothing else. */
  private static boolean isLeaf(X509Certificate certificate) {
    boolean[] usage = certificate.getKeyUsage();
    return certificate.getBasicConstraints() < 0
        && (usage == null || !usage[KEY_CERT_SIGN] && !usage[CRL_SIGN]);
  }

  /** The trust domain of the first SPIFFE id, or null. */
  private static @Nullable String trustDomain(X509Certificate certificate) {
    for (AlternativeName name : AlternativeName.of(certificate)) {
      if (name.kind() == AlternativeName.Kind.URI && name.value().startsWith(SCHEME)) {
        String rest = name.value().substring(SCHEME.length());
        int slash = rest.indexOf('/');
        return slash < 0 ? rest : rest.substring(0, slash);
      }
    }
    return null;
  }

  private static Verdict rejected(String reason) {
    return new Verdict.Rejected(reason, Cause.CHAIN, Alert.CERTIFICATE_UNKNOWN);
  }

  @Override
  public List<X509Certificate> authorities() {
    var all = new ArrayList<X509Certificate>();
    bundles.values().forEach(bundle -> all.addAll(bundle.all()));
    return all;
  }
}
