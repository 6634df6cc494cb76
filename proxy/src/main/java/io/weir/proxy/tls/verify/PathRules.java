package io.weir.proxy.tls.verify;

import io.weir.proxy.tls.verify.TrustStore.Broken;
import io.weir.proxy.tls.verify.Verdict.Alert;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of a path (RFC 5280 section 6): purposes, authority, revocation, validity, and
 * what the JDK's PKIX validator checks besides, signatures and name constraints above all. The
 * order of the checks is OpenSSL's, because the first failure is what logs show.
 *
 * @param revocation null for no check
 */
record PathRules(boolean allowExpired, int maxDepth, @Nullable Revocation revocation) {
  private static final String SUBJECT_KEY_ID = "2.5.29.14";
  private static final String AUTHORITY_KEY_ID = "2.5.29.35";
  private static final int KEY_CERT_SIGN = 5;
  private static final int DIGITAL_SIGNATURE = 0;
  private static final int KEY_ENCIPHERMENT = 2;
  private static final int KEY_AGREEMENT = 4;

  /**
   * Checks a path.
   *
   * @param path leaf first; without the anchor unless the last one is the anchor itself
   */
  @Nullable Broken check(
      List<X509Certificate> path, X509Certificate anchor, PeerRole role, long now) {
    boolean anchorInPath = path.getLast().equals(anchor);
    int count = path.size() + (anchorInPath ? 0 : 1);
    // BoringSSL stops looking for issuers there.
    if (count - 1 > maxDepth) {
      return new Broken(maxDepth, "unable to get local issuer certificate", Alert.UNKNOWN_CA);
    }
    for (int depth = 0; depth < count; depth++) {
      X509Certificate each = depth < path.size() ? path.get(depth) : anchor;
      Broken broken = role(each, depth, role);
      if (broken != null) {
        return broken;
      }
    }
    Broken revoked = revocation == null ? null : revocation.check(path, anchor, now);
    if (revoked != null) {
      return revoked;
    }
    for (int depth = count - 1; depth >= 0 && !allowExpired; depth--) {
      Broken broken = validity(depth < path.size() ? path.get(depth) : anchor, depth, now);
      if (broken != null) {
        return broken;
      }
    }
    return pkix(anchorInPath ? path.subList(0, path.size() - 1) : path, anchor, now);
  }

  private static @Nullable Broken role(X509Certificate certificate, int depth, PeerRole role) {
    boolean[] usage = certificate.getKeyUsage();
    if (depth > 0) {
      int below = certificate.getBasicConstraints();
      boolean signs = usage == null || usage[KEY_CERT_SIGN];
      // Version 1 has no extensions: its roots are taken when they are trusted.
      boolean authority = below >= 0 || certificate.getVersion() == 1;
      if (!authority || !signs) {
        return new Broken(depth, "invalid CA certificate", Alert.UNKNOWN_CA);
      }
      if (below >= 0 && depth - 1 > below) {
        return new Broken(depth, "path length constraint exceeded", Alert.UNKNOWN_CA);
      }
    } else if (usage != null
        && !usage[DIGITAL_SIGNATURE]
        && !usage[KEY_AGREEMENT]
        && !(role == PeerRole.SERVER && usage[KEY_ENCIPHERMENT])) {
      return purpose(depth);
    }
    try {
      List<String> purposes = certificate.getExtendedKeyUsage();
      return purposes == null || purposes.contains(role.purpose()) ? null : purpose(depth);
    } catch (CertificateParsingException _) {
      return purpose(depth);
    }
  }

  private static Broken purpose(int depth) {
    return new Broken(depth, "unsupported certificate purpose", Alert.UNSUPPORTED_CERTIFICATE);
  }

  private static @Nullable Broken validity(X509Certificate certificate, int depth, long now) {
    if (now < certificate.getNotBefore().getTime()) {
      return new Broken(depth, "certificate is not yet valid", Alert.CERTIFICATE_EXPIRED);
    }
    if (now > certificate.getNotAfter().getTime()) {
      return new Broken(depth, "certificate has expired", Alert.CERTIFICATE_EXPIRED);
    }
    return null;
  }

  private @Nullable Broken pkix(List<X509Certificate> path, X509Certificate anchor, long now) {
    if (path.isEmpty()) {
      return null;
    }
    try {
      var parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(new Date(allowExpired ? common(path, now) : now));
      CertPath certificates = CertificateFactory.getInstance("X.509").generateCertPath(path);
      CertPathValidator.getInstance("PKIX").validate(certificates, parameters);
      return null;
    } catch (CertPathValidatorException e) {
      int depth = Math.max(0, e.getIndex());
      return new Broken(depth, text(e), Alert.UNKNOWN_CA);
    } catch (GeneralSecurityException _) {
      return new Broken(0, "unspecified certificate verification error", Alert.CERTIFICATE_UNKNOWN);
    }
  }

  /** A time at which all are valid, for contexts that allow expired certificates. */
  private static long common(List<X509Certificate> path, long now) {
    long from = Long.MIN_VALUE;
    long to = Long.MAX_VALUE;
    for (X509Certificate each : path) {
      from = Math.max(from, each.getNotBefore().getTime());
      to = Math.min(to, each.getNotAfter().getTime());
    }
    return Math.max(from, Math.min(now, to));
  }

  private static String text(CertPathValidatorException e) {
    return switch (e.getReason()) {
      case CertPathValidatorException.BasicReason.INVALID_SIGNATURE ->
          "certificate signature failure";
      case CertPathValidatorException.BasicReason.ALGORITHM_CONSTRAINED ->
          "CA signature digest algorithm too weak";
      case CertPathValidatorException.BasicReason.EXPIRED -> "certificate has expired";
      case CertPathValidatorException.BasicReason.NOT_YET_VALID -> "certificate is not yet valid";
      case PKIXReason.INVALID_NAME -> "permitted subtree violation";
      case PKIXReason.UNRECOGNIZED_CRIT_EXT -> "unhandled critical extension";
      case PKIXReason.NOT_CA_CERT -> "invalid CA certificate";
      case PKIXReason.PATH_TOO_LONG -> "path length constraint exceeded";
      default -> "certificate rejected";
    };
  }

  /**
   * Whether the key identifiers do not contradict that {@code issuer} signed {@code certificate}.
   */
  static boolean keysMatch(X509Certificate certificate, X509Certificate issuer) {
    byte[] wanted = keyId(certificate.getExtensionValue(AUTHORITY_KEY_ID), true);
    byte[] own = keyId(issuer.getExtensionValue(SUBJECT_KEY_ID), false);
    return wanted == null || own == null || Arrays.equals(wanted, own);
  }

  private static byte @Nullable [] keyId(byte @Nullable [] extension, boolean authority) {
    if (extension == null) {
      return null;
    }
    try {
      var outer = io.weir.proxy.tls.pem.Der.of(extension);
      if (!outer.next()) {
        return null;
      }
      var inner = outer.inside();
      if (!inner.next()) {
        return null;
      }
      if (!authority) {
        return inner.content();
      }
      var fields = inner.inside();
      return fields.next() && fields.tag() == 0x80 ? fields.content() : null;
    } catch (io.weir.proxy.tls.pem.CredentialException _) {
      return null;
    }
  }
}
