package io.weir.lua.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/** Parts of certificates as Envoy prints them. */
final class CertificateTexts {
  private static final int DNS = 2;
  private static final int URI = 6;

  private CertificateTexts() {}

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException error) {
      throw new IllegalStateException(error);
    }
  }

  static String sha256(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(encoded(certificate));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException error) {
      throw new IllegalStateException(error);
    }
  }

  static String serialNumber(X509Certificate certificate) {
    return certificate.getSerialNumber().toString(16);
  }

  static String subject(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
  }

  static String issuer(X509Certificate certificate) {
    return certificate.getIssuerX500Principal().getName(X500Principal.RFC2253);
  }

  static String urlEncodedPem(X509Certificate certificate) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded(certificate));
    String pem = "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n";
    var encoded = new StringBuilder(pem.length() * 2);
    for (byte b : pem.getBytes(StandardCharsets.US_ASCII)) {
      switch (b) {
        case '\n' -> encoded.append("%0A");
        case ' ' -> encoded.append("%20");
        case '+' -> encoded.append("%2B");
        case '/' -> encoded.append("%2F");
        case '=' -> encoded.append("%3D");
        default -> encoded.append((char) b);
      }
    }
    return encoded.toString();
  }

  static List<String> uriNames(X509Certificate certificate) {
    return names(certificate, URI);
  }

  static List<String> dnsNames(X509Certificate certificate) {
    return names(certificate, DNS);
  }

  private static List<String> names(X509Certificate certificate, int kind) {
    var names = new ArrayList<String>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      if (all != null) {
        for (List<?> name : all) {
          if (name.get(0) instanceof Integer type && type == kind) {
            names.add(String.valueOf(name.get(1)));
          }
        }
      }
    } catch (CertificateParsingException error) {
      return List.of();
    }
    return names;
  }

  /** Object identifiers of the extensions, in the certificate's order. */
  static List<String> extensionOids(X509Certificate certificate) {
    return CertificateExtensions.oids(encoded(certificate));
  }
}
