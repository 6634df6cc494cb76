package io.weir.proxy.tls.pem;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Reads certificates and revocation lists from PEM texts. */
public final class Certificates {
  private Certificates() {}

  /** All certificates, at least one. */
  public static List<X509Certificate> read(byte[] pem) throws CredentialException {
    var certificates = new ArrayList<X509Certificate>();
    for (PemBlock block : PemBlock.read(pem)) {
      switch (block.label()) {
        case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE" ->
            certificates.add(certificate(block.body()));
        default -> {
          // A key or a revocation list.
        }
      }
    }
    if (certificates.isEmpty()) {
      throw new CredentialException("there is no certificate");
    }
    return certificates;
  }

  /** One certificate in DER. */
  public static X509Certificate certificate(byte[] der) throws CredentialException {
    try {
      return (X509Certificate) factory().generateCertificate(new ByteArrayInputStream(der));
    } catch (GeneralSecurityException e) {
      throw new CredentialException("a certificate cannot be read: " + e.getMessage());
    }
  }

  /** All revocation lists; may be none. */
  public static List<X509CRL> revocationLists(byte[] pem) throws CredentialException {
    var lists = new ArrayList<X509CRL>();
    for (PemBlock block : PemBlock.read(pem)) {
      if (block.label().equals("X509 CRL")) {
        try {
          lists.add((X509CRL) factory().generateCRL(new ByteArrayInputStream(block.body())));
        } catch (GeneralSecurityException e) {
          throw new CredentialException("a revocation list cannot be read: " + e.getMessage());
        }
      }
    }
    return lists;
  }

  private static CertificateFactory factory() throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509");
  }
}
