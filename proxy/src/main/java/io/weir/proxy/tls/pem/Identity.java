package io.weir.proxy.tls.pem;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A certificate chain and the key of its first certificate, which were checked to belong together.
 */
public record Identity(List<X509Certificate> chain, PrivateKey key) {
  private static final int MIN_RSA_BITS = 2048;
  private static final int MIN_EC_BITS = 256;

  public Identity {
    chain = List.copyOf(chain);
  }

  public X509Certificate leaf() {
    return chain.getFirst();
  }

  public boolean ecdsa() {
    return leaf().getPublicKey() instanceof ECPublicKey;
  }

  /** From PEM texts. */
  public static Identity of(byte[] chain, byte[] key, char[] password) throws CredentialException {
    return checked(new Identity(Certificates.read(chain), PrivateKeys.read(key, password)));
  }

  /** The first key of a PKCS #12 file and its chain. */
  public static Identity pkcs12(byte[] store, char[] password) throws CredentialException {
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(new ByteArrayInputStream(store), password);
      for (String alias : Collections.list(keys.aliases())) {
        if (keys.getKey(alias, password) instanceof PrivateKey key) {
          var chain = new ArrayList<X509Certificate>();
          for (Certificate each : keys.getCertificateChain(alias)) {
            chain.add((X509Certificate) each);
          }
          return checked(new Identity(chain, key));
        }
      }
    } catch (GeneralSecurityException | IOException _) {
      throw new CredentialException("the PKCS #12 file cannot be read with the password");
    }
    throw new CredentialException("the PKCS #12 file has no private key");
  }

  private static Identity checked(Identity identity) throws CredentialException {
    PublicKey key = identity.leaf().getPublicKey();
    if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
      throw new CredentialException("only RSA certificates with 2048-bit or larger keys are taken");
    }
    if (key instanceof ECPublicKey ec
        && ec.getParams().getCurve().getField().getFieldSize() < MIN_EC_BITS) {
      throw new CredentialException("only P-256, P-384 or P-521 ECDSA certificates are taken");
    }
    if (!belongTogether(key, identity.key)) {
      throw new CredentialException("the private key does not belong to the certificate");
    }
    return identity;
  }

  private static boolean belongTogether(PublicKey certified, PrivateKey key) {
    String algorithm =
        switch (certified.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> certified.getAlgorithm();
        };
    byte[] probe = {1, 2, 3};
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(probe);
      byte[] signature = signer.sign();
      signer.initVerify(certified);
      signer.update(probe);
      return signer.verify(signature);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }
}
