package io.weir.proxy.tls.verify;

import io.weir.proxy.tls.pem.CredentialException;
import io.weir.proxy.tls.pem.Der;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A subject alternative name.
 *
 * @param oid of an other name, empty otherwise
 */
record AlternativeName(Kind kind, String value, String oid) {

  /** Kinds, with the tag of RFC 5280's GeneralName. */
  enum Kind {
    OTHER_NAME(0),
    EMAIL(1),
    DNS(2),
    URI(6),
    IP_ADDRESS(7);

    private final int tag;

    Kind(int tag) {
      this.tag = tag;
    }
  }

  /** The names of a certificate, in its order; kinds that nothing matches are left out. */
  static List<AlternativeName> of(X509Certificate certificate) {
    var names = new ArrayList<AlternativeName>();
    Collection<List<?>> all;
    try {
      all = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException _) {
      // A certificate whose names cannot be read has none that match.
      return names;
    }
    if (all != null) {
      for (List<?> name : all) {
        add(name, names);
      }
    }
    return names;
  }

  private static void add(List<?> name, List<AlternativeName> to) {
    int tag = (Integer) name.get(0);
    for (Kind kind : Kind.values()) {
      if (kind.tag == tag) {
        if (kind == Kind.OTHER_NAME) {
          addOther(name.get(1), to);
        } else if (name.get(1) instanceof String text) {
          to.add(new AlternativeName(kind, kind == Kind.IP_ADDRESS ? address(text) : text, ""));
        }
      }
    }
  }

  private static void addOther(Object encoded, List<AlternativeName> to) {
    if (!(encoded instanceof byte[] der)) {
      return;
    }
    try {
      Der outer = Der.of(der);
      if (!outer.next()) {
        return;
      }
      Der parts = outer.inside();
      if (!parts.next()) {
        return;
      }
      String oid = oid(parts.content());
      if (parts.next()) {
        Der value = parts.inside();
        if (value.next()) {
          String text = new String(value.content(), StandardCharsets.UTF_8);
          to.add(new AlternativeName(Kind.OTHER_NAME, text, oid));
        }
      }
    } catch (CredentialException _) {
      // A name that cannot be read matches nothing.
    }
  }

  private static String oid(byte[] content) {
    var text = new StringBuilder();
    long value = 0;
    for (byte b : content) {
      value = value << 7 | b & 0x7f;
      if (b >= 0) {
        if (text.isEmpty()) {
          long first = Math.min(2, value / 40);
          text.append(first).append('.').append(value - first * 40);
        } else {
          text.append('.').append(value);
        }
        value = 0;
      }
    }
    return text.toString();
  }

  /** IPv6 addresses in their short form, as inet_ntop prints them. */
  private static String address(String text) {
    if (text.indexOf(':') < 0) {
      return text;
    }
    try {
      return io.netty.util.NetUtil.toAddressString(InetAddress.getByName(text));
    } catch (UnknownHostException _) {
      return text;
    }
  }

  /** Whether a certificate's DNS name, which may be a wildcard, covers a host name (RFC 6125). */
  static boolean covers(String pattern, String host) {
    if (pattern.equalsIgnoreCase(host)) {
      return true;
    }
    int dot = host.indexOf('.');
    int patternDot = pattern.indexOf('.');
    if (dot <= 0 || patternDot <= 0 || pattern.indexOf('.', patternDot + 1) < 0) {
      return false;
    }
    String label = pattern.substring(0, patternDot);
    int star = label.indexOf('*');
    if (star < 0
        || label.indexOf('*', star + 1) >= 0
        || label.startsWith("xn--")
        || !pattern.substring(patternDot).equalsIgnoreCase(host.substring(dot))) {
      return false;
    }
    String prefix = label.substring(0, star);
    String suffix = label.substring(star + 1);
    String hostLabel = host.substring(0, dot);
    return hostLabel.length() >= prefix.length() + suffix.length()
        && hostLabel.regionMatches(true, 0, prefix, 0, prefix.length())
        && hostLabel.regionMatches(
            true, hostLabel.length() - suffix.length(), suffix, 0, suffix.length());
  }
}
