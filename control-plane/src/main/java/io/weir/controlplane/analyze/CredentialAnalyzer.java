package io.weir.controlplane.analyze;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.Gateway;
import io.weir.controlplane.config.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Collection;

/**
 * Certificates of gateways, where they are in files on this machine. What a gateway finds elsewhere
 * cannot be looked at.
 */
final class CredentialAnalyzer {
  private final World world;

  CredentialAnalyzer(World world) {
    this.world = world;
  }

  void run() {
    for (Config<Gateway> config : world.list(Kind.GATEWAY, Gateway.class)) {
      for (int i = 0; i < config.spec().servers().size(); i++) {
        Gateway.ServerTls tls = config.spec().servers().get(i).tls();
        if (tls != null) {
          String path = "spec.servers[" + i + "].tls.";
          certificates(config, path + "serverCertificate", tls.serverCertificate());
          certificates(config, path + "caCertificates", tls.caCertificates());
        }
      }
    }
  }

  private void certificates(Config<Gateway> config, String path, String file) {
    if (!file.startsWith("/") || !Files.isReadable(Path.of(file))) {
      return;
    }
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) {
        wrong(config, path, file + " holds no certificate");
      }
      for (Certificate certificate : found) {
        if (certificate instanceof X509Certificate x509) {
          x509.checkValidity();
        }
      }
    } catch (CertificateExpiredException e) {
      wrong(config, path, "a certificate in " + file + " has expired");
    } catch (CertificateNotYetValidException e) {
      wrong(config, path, "a certificate in " + file + " is not valid yet");
    } catch (CertificateException e) {
      wrong(config, path, file + " holds no certificate");
    } catch (IOException e) {
      wrong(config, path, file + " cannot be read");
    }
  }

  private void wrong(Config<Gateway> config, String path, String reason) {
    world.find(
        Code.INVALID_GATEWAY_CREDENTIAL, config, path, reason, "clients would get no connection");
  }
}
