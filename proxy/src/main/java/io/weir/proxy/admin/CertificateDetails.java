package io.weir.proxy.admin;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.weir.proxy.formatter.CertificateText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code envoy.admin.v3.CertificateDetails} of a certificate. */
final class CertificateDetails {
  private static final int DNS_TAG = 2;
  private static final int URI_TAG = 6;
  private static final int IP_TAG = 7;

  private CertificateDetails() {}

  /** Details of the certificates of a source; none when it cannot be read any more. */
  static List<Map<String, Object>> all(DataSource source) {
    var found = new ArrayList<Map<String, Object>>();
    try {
      byte[] bytes = bytes(source);
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes));
      for (Certificate certificate : all) {
        if (certificate instanceof X509Certificate x509) {
          found.add(details(x509, source.hasFilename() ? source.getFilename() : "<inline>"));
        }
      }
    } catch (IOException | CertificateException e) {
      // The file has changed since it was loaded.
    }
    return found;
  }

  private static byte[] bytes(DataSource source) throws IOException {
    return switch (source.getSpecifierCase()) {
      case FILENAME -> Files.readAllBytes(Path.of(source.getFilename()));
      case INLINE_BYTES -> source.getInlineBytes().toByteArray();
      case INLINE_STRING -> source.getInlineString().getBytes(StandardCharsets.UTF_8);
      case ENVIRONMENT_VARIABLE -> {
        String value = System.getenv(source.getEnvironmentVariable());
        yield value == null ? new byte[0] : value.getBytes(StandardCharsets.UTF_8);
      }
      case SPECIFIER_NOT_SET -> new byte[0];
    };
  }

  private static Map<String, Object> details(X509Certificate certificate, String path)
      throws CertificateParsingException {
    Map<String, Object> details = new LinkedHashMap<>();
    Instant end = certificate.getNotAfter().toInstant();
    long days = Math.max(0, Duration.between(Instant.now(), end).toDays());
    details.put("path", path);
    details.put("serial_number", CertificateText.serial(certificate));
    details.put("subject_alt_names", names(certificate));
    details.put("days_until_expiration", Long.toString(days));
    details.put("valid_from", certificate.getNotBefore().toInstant().toString());
    details.put("expiration_time", end.toString());
    return details;
  }

  private static List<Object> names(X509Certificate certificate)
      throws CertificateParsingException {
    List<Object> names = new ArrayList<>();
    Collection<List<?>> all = certificate.getSubjectAlternativeNames();
    if (all != null) {
      for (List<?> name : all) {
        String kind =
            switch ((Integer) name.get(0)) {
              case DNS_TAG -> "dns";
              case URI_TAG -> "uri";
              case IP_TAG -> "ip_address";
              default -> "";
            };
        if (!kind.isEmpty()) {
          names.add(Map.of(kind, name.get(1)));
        }
      }
    }
    return names;
  }
}
