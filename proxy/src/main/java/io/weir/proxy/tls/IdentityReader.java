package io.weir.proxy.tls;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.weir.filter.Problems;
import io.weir.proxy.extension.DataSources;
import io.weir.proxy.tls.pem.CredentialException;
import io.weir.proxy.tls.pem.Identity;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes an identity of {@code TlsCertificate}. */
final class IdentityReader {
  private static final char[] NO_PASSWORD = {};

  private IdentityReader() {}

  static @Nullable Identity read(TlsCertificate message, Problems problems) {
    char[] password = NO_PASSWORD;
    if (message.hasPassword()) {
      byte[] bytes = DataSources.read(message.getPassword(), problems.at("password"));
      if (bytes == null) {
        return null;
      }
      password = firstLine(bytes);
    }
    try {
      if (message.hasPkcs12()) {
        if (message.hasCertificateChain() || message.hasPrivateKey()) {
          problems.add("pkcs12", "cannot stand beside certificate_chain and private_key");
          return null;
        }
        byte[] store = DataSources.read(message.getPkcs12(), problems.at("pkcs12"));
        return store == null ? null : Identity.pkcs12(store, password);
      }
      byte[] chain =
          part(
              message.hasCertificateChain(),
              message.getCertificateChain(),
              problems,
              "certificate_chain");
      byte[] key = part(message.hasPrivateKey(), message.getPrivateKey(), problems, "private_key");
      return chain == null || key == null ? null : Identity.of(chain, key, password);
    } catch (CredentialException e) {
      problems.add("", "the certificate cannot be used: " + e.reason());
      return null;
    }
  }

  private static byte @Nullable [] part(
      boolean present, DataSource source, Problems problems, String path) {
    if (!present) {
      problems.add(path, "is missing", "give certificate_chain and private_key, or pkcs12");
      return null;
    }
    return DataSources.read(source, problems.at(path));
  }

  /** A password file often ends with a line break that is not part of the password. */
  private static char[] firstLine(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return text.substring(0, end).toCharArray();
  }
}
