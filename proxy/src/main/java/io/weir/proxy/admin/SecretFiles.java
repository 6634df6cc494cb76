package io.weir.proxy.admin;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Shows what files hold where a secret names files. */
final class SecretFiles {
  private SecretFiles() {}

  /**
   * The secret with public files inside; of the key, which is never read, only that it is there.
   */
  static Secret inlined(Secret secret) {
    Secret.Builder shown = secret.toBuilder();
    if (secret.hasTlsCertificate()) {
      var certificate = shown.getTlsCertificateBuilder();
      certificate.setCertificateChain(inlined(certificate.getCertificateChain()));
      if (certificate.getPrivateKey().hasFilename()) {
        certificate.setPrivateKey(DataSource.newBuilder().setInlineBytes(ByteString.EMPTY));
      }
    }
    if (secret.getValidationContext().hasTrustedCa()) {
      var context = shown.getValidationContextBuilder();
      context.setTrustedCa(inlined(context.getTrustedCa()));
    }
    if (secret.getValidationContext().hasCrl()) {
      var context = shown.getValidationContextBuilder();
      context.setCrl(inlined(context.getCrl()));
    }
    return shown.build();
  }

  private static DataSource inlined(DataSource source) {
    if (!source.hasFilename()) {
      return source;
    }
    try {
      byte[] bytes = Files.readAllBytes(Path.of(source.getFilename()));
      return DataSource.newBuilder().setInlineBytes(ByteString.copyFrom(bytes)).build();
    } catch (IOException _) {
      // The file is gone; its name is better than nothing.
      return source;
    }
  }
}
