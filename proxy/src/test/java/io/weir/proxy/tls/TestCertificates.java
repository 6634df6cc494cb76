package io.weir.proxy.tls;

import io.weir.proxy.tls.pem.Certificates;
import io.weir.proxy.tls.pem.Identity;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/** The certificates and keys of the test resources; make.sh beside them says what they are. */
public final class TestCertificates {
  private TestCertificates() {}

  public static byte[] bytes(String file) {
    try (InputStream in = TestCertificates.class.getResourceAsStream(file)) {
      return in.readAllBytes();
    } catch (Exception e) {
      throw new AssertionError(file, e);
    }
  }

  public static Path path(String file) {
    try {
      return Path.of(TestCertificates.class.getResource(file).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(file, e);
    }
  }

  public static List<X509Certificate> chain(String name) throws Exception {
    return Certificates.read(bytes(name + ".pem"));
  }

  public static Identity identity(String name) throws Exception {
    return Identity.of(bytes(name + ".pem"), bytes(name + ".key"), new char[0]);
  }
}
