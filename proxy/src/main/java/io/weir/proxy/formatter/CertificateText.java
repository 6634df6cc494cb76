package io.weir.proxy.formatter;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Texts of a certificate's parts. */
public final class CertificateText {
  private static final int IP_TAG = 7;
  private static final byte[] NEW_LINE = {'\n'};

  private CertificateText() {}

  /** The serial number in hex, whole bytes, as OpenSSL prints it. */
  public static String serial(X509Certificate certificate) {
    String hex = certificate.getSerialNumber().toString(16);
    return hex.length() % 2 == 0 ? hex : "0" + hex;
  }

  /** The digest of the whole certificate in hex. */
  public static @Nullable String fingerprint(X509Certificate certificate, String algorithm) {
    try {
      byte[] digest = MessageDigest.getInstance(algorithm).digest(certificate.getEncoded());
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException | CertificateEncodingException _) {
      return null;
    }
  }

  /** Subject alternative names of one kind (RFC 5280 GeneralName tag), joined by commas. */
  public static @Nullable String sans(X509Certificate certificate, int kind) {
    var names = new ArrayList<String>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      if (all != null) {
        for (List<?> name : all) {
          if (name.get(0) instanceof Integer tag
              && tag == kind
              && name.get(1) instanceof String s) {
            names.add(kind == IP_TAG ? address(s) : s);
          }
        }
      }
    } catch (CertificateParsingException _) {
      return null;
    }
    return names.isEmpty() ? null : String.join(",", names);
  }

  /** IPv6 addresses in their short form. */
  private static String address(String text) {
    try {
      return text.indexOf(':') < 0 ? text : NetUtil.toAddressString(InetAddress.getByName(text));
    } catch (UnknownHostException _) {
      return text;
    }
  }

  /** PEM, percent-encoded. */
  public static @Nullable String urlEncodedPem(X509Certificate certificate) {
    try {
      String base64 = Base64.getMimeEncoder(64, NEW_LINE).encodeToString(certificate.getEncoded());
      return percentEncode(
          "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    } catch (CertificateEncodingException _) {
      return null;
    }
  }

  private static String percentEncode(String text) {
    var encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.ISO_8859_1)) {
      char c = (char) b;
      if (c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-') {
        encoded.append(c);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return encoded.toString();
  }
}
