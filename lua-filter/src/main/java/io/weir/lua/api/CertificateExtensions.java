package io.weir.lua.api;

import java.util.ArrayList;
import java.util.List;

/**
 * The extensions of a DER certificate in their order (RFC 5280 section 4.1); {@code
 * X509Certificate} gives them as sets only.
 */
final class CertificateExtensions {
  private static final int SEQUENCE = 0x30;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int EXTENSIONS = 0xa3;

  private final byte[] der;
  private int tag;
  private int start;
  private int end;

  private CertificateExtensions(byte[] der) {
    this.der = der;
  }

  static List<String> oids(byte[] certificate) {
    return new CertificateExtensions(certificate).read();
  }

  /** Reads tag and length at an index; leaves the content's bounds in the fields. */
  private void element(int at) {
    tag = der[at] & 0xff;
    int length = der[at + 1] & 0xff;
    start = at + 2;
    if (length >= 0x80) {
      int bytes = length & 0x7f;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = length << 8 | der[start++] & 0xff;
      }
    }
    end = start + length;
  }

  private List<String> read() {
    element(0);
    element(start);
    int limit = end;
    int at = start;
    while (at < limit) {
      element(at);
      if (tag == EXTENSIONS) {
        element(start);
        return extensions(start, end);
      }
      at = end;
    }
    return List.of();
  }

  private List<String> extensions(int from, int to) {
    var oids = new ArrayList<String>();
    int at = from;
    while (at < to) {
      element(at);
      int next = end;
      if (tag == SEQUENCE) {
        element(start);
        if (tag == OBJECT_IDENTIFIER) {
          oids.add(oid(start, end));
        }
      }
      at = next;
    }
    return oids;
  }

  private String oid(int from, int to) {
    var text = new StringBuilder();
    long value = 0;
    boolean first = true;
    for (int i = from; i < to; i++) {
      value = value << 7 | der[i] & 0x7f;
      if ((der[i] & 0x80) != 0) {
        continue;
      }
      if (first) {
        long root = Math.min(value / 40, 2);
        text.append(root).append('.').append(value - 40 * root);
        first = false;
      } else {
        text.append('.').append(value);
      }
      value = 0;
    }
    return text.toString();
  }
}
