package io.weir.proxy.http;

import io.weir.filter.TlsInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.http.ForwardingOptions.ClientCertificate;
import io.weir.proxy.http.ForwardingOptions.ForwardClientCertificate;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes {@code x-forwarded-client-cert}; Envoy's {@code mutateXfccRequestHeader}. */
final class ClientCertificateHeader {
  private static final int SAN_URI = 6;
  private static final int SAN_DNS = 2;

  private ClientCertificateHeader() {}

  static void apply(HeaderMap headers, @Nullable TlsInfo tls, ClientCertificate options) {
    ForwardClientCertificate mode = options.mode();
    if (mode == ForwardClientCertificate.ALWAYS_FORWARD_ONLY) {
      return;
    }
    if (mode == ForwardClientCertificate.SANITIZE
        || tls == null
        || tls.peerCertificates().isEmpty()) {
      headers.remove(HeaderName.X_FORWARDED_CLIENT_CERT);
      return;
    }
    if (mode == ForwardClientCertificate.FORWARD_ONLY) {
      return;
    }
    String details = details(tls, options);
    String before = headers.get(HeaderName.X_FORWARDED_CLIENT_CERT);
    if (mode == ForwardClientCertificate.APPEND_FORWARD && before != null && !before.isEmpty()) {
      details = before + "," + details;
    }
    headers.set(HeaderName.X_FORWARDED_CLIENT_CERT, details);
  }

  private static String details(TlsInfo tls, ClientCertificate options) {
    var parts = new ArrayList<String>();
    X509Certificate peer = tls.peerCertificates().getFirst();
    if (tls.localCertificate() != null) {
      List<String> by = names(tls.localCertificate(), SAN_URI);
      if (!by.isEmpty()) {
        parts.add("By=" + by.getFirst());
      }
    }
    parts.add("Hash=" + hash(peer));
    if (options.cert()) {
      parts.add("Cert=\"" + pem(List.of(peer)) + "\"");
    }
    if (options.chain()) {
      parts.add("Chain=\"" + pem(tls.peerCertificates()) + "\"");
    }
    if (options.subject()) {
      parts.add("Subject=\"" + peer.getSubjectX500Principal().getName("RFC2253") + "\"");
    }
    if (options.uri()) {
      List<String> uris = names(peer, SAN_URI);
      if (uris.isEmpty()) {
        parts.add("URI=");
      }
      uris.forEach(uri -> parts.add("URI=" + uri));
    }
    if (options.dns()) {
      names(peer, SAN_DNS).forEach(dns -> parts.add("DNS=" + dns));
    }
    return String.join(";", parts);
  }

  private static String hash(X509Certificate certificate) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(List<X509Certificate> certificates) {
    var text = new StringBuilder();
    for (X509Certificate each : certificates) {
      try {
        text.append("-----BEGIN CERTIFICATE-----\n")
            .append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(each.getEncoded()))
            .append("\n-----END CERTIFICATE-----\n");
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
    return URLEncoder.encode(text.toString(), StandardCharsets.US_ASCII).replace("+", "%20");
  }

  private static List<String> names(X509Certificate certificate, int kind) {
    var found = new ArrayList<String>();
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names != null) {
        for (List<?> name : names) {
          if (name.get(0) instanceof Integer type && type == kind) {
            found.add(String.valueOf(name.get(1)));
          }
        }
      }
    } catch (CertificateParsingException e) {
      return List.of();
    }
    return found;
  }
}
