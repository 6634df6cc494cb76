package io.weir.proxy.tls;

import java.util.List;

/**
 * Versions, ciphers and groups of a context, by OpenSSL's names.
 *
 * @param versions as JSSE names them, {@code TLSv1.2} and so on
 * @param ciphers up to TLS 1.2
 * @param groups of the key exchange, in order of preference
 * @param signatures signature algorithms; empty for the library's own
 */
record TlsParameters(
    List<String> versions, List<String> ciphers, List<String> groups, List<String> signatures) {
  static final List<String> DEFAULT_CIPHERS =
      List.of(
          "ECDHE-ECDSA-AES128-GCM-SHA256",
          "ECDHE-ECDSA-CHACHA20-POLY1305",
          "ECDHE-RSA-AES128-GCM-SHA256",
          "ECDHE-RSA-CHACHA20-POLY1305",
          "ECDHE-ECDSA-AES256-GCM-SHA384",
          "ECDHE-RSA-AES256-GCM-SHA384");
  static final List<String> DEFAULT_GROUPS = List.of("X25519MLKEM768", "X25519", "P-256");

  TlsParameters {
    versions = List.copyOf(versions);
    ciphers = List.copyOf(ciphers);
    groups = List.copyOf(groups);
    signatures = List.copyOf(signatures);
  }
}
