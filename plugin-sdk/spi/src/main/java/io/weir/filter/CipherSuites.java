package io.weir.filter;

import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names of cipher suites: Java has the standard ones, Envoy prints OpenSSL's, and their numbers.
 */
public final class CipherSuites {
  private static final HexFormat HEX = HexFormat.of();

  private record Suite(int id, String openSslName) {}

  private static final Map<String, Suite> SUITES =
      Map.ofEntries(
          suite("TLS_AES_128_GCM_SHA256", 0x1301, "TLS_AES_128_GCM_SHA256"),
          suite("TLS_AES_256_GCM_SHA384", 0x1302, "TLS_AES_256_GCM_SHA384"),
          suite("TLS_CHACHA20_POLY1305_SHA256", 0x1303, "TLS_CHACHA20_POLY1305_SHA256"),
          suite("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", 0xc02b, "ECDHE-ECDSA-AES128-GCM-SHA256"),
          suite("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", 0xc02c, "ECDHE-ECDSA-AES256-GCM-SHA384"),
          suite("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 0xc02f, "ECDHE-RSA-AES128-GCM-SHA256"),
          suite("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", 0xc030, "ECDHE-RSA-AES256-GCM-SHA384"),
          suite(
              "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
              0xcca9,
              "ECDHE-ECDSA-CHACHA20-POLY1305"),
          suite(
              "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 0xcca8, "ECDHE-RSA-CHACHA20-POLY1305"),
          suite("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", 0xc009, "ECDHE-ECDSA-AES128-SHA"),
          suite("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", 0xc00a, "ECDHE-ECDSA-AES256-SHA"),
          suite("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", 0xc013, "ECDHE-RSA-AES128-SHA"),
          suite("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", 0xc014, "ECDHE-RSA-AES256-SHA"),
          suite("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", 0xc027, "ECDHE-RSA-AES128-SHA256"),
          suite("TLS_RSA_WITH_3DES_EDE_CBC_SHA", 0x000a, "DES-CBC3-SHA"),
          suite("TLS_RSA_WITH_AES_128_GCM_SHA256", 0x009c, "AES128-GCM-SHA256"),
          suite("TLS_RSA_WITH_AES_256_GCM_SHA384", 0x009d, "AES256-GCM-SHA384"),
          suite("TLS_RSA_WITH_AES_128_CBC_SHA", 0x002f, "AES128-SHA"),
          suite("TLS_RSA_WITH_AES_256_CBC_SHA", 0x0035, "AES256-SHA"));

  private CipherSuites() {}

  private static Map.Entry<String, Suite> suite(String name, int id, String openSslName) {
    return Map.entry(name, new Suite(id, openSslName));
  }

  /** {@code 0x1301} and the like; {@code 0xffff} for an unknown suite. */
  public static String id(String name) {
    for (Map.Entry<String, Suite> suite : SUITES.entrySet()) {
      if (suite.getKey().equals(name) || suite.getValue().openSslName.equals(name)) {
        return "0x" + HEX.toHexDigits((short) suite.getValue().id);
      }
    }
    return "0xffff";
  }

  /** OpenSSL's name of a suite; the given one when it has none. */
  public static String openSslName(String name) {
    Suite suite = SUITES.get(name);
    return suite == null ? name : suite.openSslName;
  }

  /** The standard name of a suite that OpenSSL calls {@code name}; null when it is unknown. */
  public static @Nullable String standardName(String name) {
    for (Map.Entry<String, Suite> suite : SUITES.entrySet()) {
      if (suite.getValue().openSslName.equals(name) || suite.getKey().equals(name)) {
        return suite.getKey();
      }
    }
    return null;
  }
}
