package io.weir.cli.inspect;

import io.weir.xds.codec.SourceMap;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Secrets with istioctl's columns; of private keys, dumps tell nothing. */
public final class SecretTable {

  private SecretTable() {}

  public static String text(ProxyDump dump, Filter filter) {
    TextTable table =
        new TextTable(
            "RESOURCE NAME",
            "TYPE",
            "STATUS",
            "VALID CERT",
            "SERIAL NUMBER",
            "NOT AFTER",
            "NOT BEFORE");
    for (ProxyDump.Item item : dump.of(ProxyDump.Section.SECRET)) {
      if (Filter.fits(filter.name(), item.name())) {
        row(table, item);
      }
    }
    return table.toString();
  }

  private static void row(TextTable table, ProxyDump.Item item) {
    SourceMap secret = item.resource();
    boolean own = Fields.get(secret, "tls_certificate") != null;
    boolean root = Fields.get(secret, "validation_context") != null;
    String state = item.state().toUpperCase(Locale.ROOT);
    X509Certificate certificate =
        own
            ? certificate(secret, "tls_certificate", "certificate_chain")
            : certificate(secret, "validation_context", "trusted_ca");
    String type = own ? "Cert Chain" : root ? "CA" : "Other";
    if (certificate == null) {
      table.row(item.name(), type, state, "-", "-", "-", "-");
      return;
    }
    Instant end = certificate.getNotAfter().toInstant();
    Instant start = certificate.getNotBefore().toInstant();
    Instant now = Instant.now();
    table.row(
        item.name(),
        type,
        state,
        Boolean.toString(now.isAfter(start) && now.isBefore(end)),
        certificate.getSerialNumber().toString(16),
        end.toString(),
        start.toString());
  }

  /** The first certificate of a data source, where it stands in the dump itself. */
  private static @Nullable X509Certificate certificate(
      SourceMap secret, String kind, String field) {
    String text = Fields.text(secret, kind, field, "inline_string");
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      if (text.isEmpty()) {
        bytes = Base64.getDecoder().decode(Fields.text(secret, kind, field, "inline_bytes"));
      }
      return bytes.length == 0
          ? null
          : (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(bytes));
    } catch (CertificateException | IllegalArgumentException e) {
      return null; // redacted, or in another form
    }
  }
}
