package io.weir.proxy.tls;

import io.weir.proxy.tls.pem.Identity;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;

/**
 * The session id context of a server: sessions are resumed only by servers with the same
 * certificates and authorities, though several share ticket keys.
 */
final class SessionIds {
  private SessionIds() {}

  static byte[] of(ContextSettings settings) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Identity identity : settings.identities()) {
        digest.update(identity.leaf().getEncoded());
      }
      digest.update((byte) 0);
      for (X509Certificate authority : settings.verifier().authorities()) {
        digest.update(authority.getEncoded());
      }
      digest.update(settings.clientAuth().name().getBytes(StandardCharsets.US_ASCII));
      return digest.digest();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
