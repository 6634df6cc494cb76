package io.weir.proxy.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import io.weir.filter.Problems;
import java.util.ArrayList;
import java.util.List;

/** Loads {@code TlsParameters}. */
final class ParametersLoader {
  private static final List<String> VERSIONS = List.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");

  private ParametersLoader() {}

  static TlsParameters load(
      io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters message,
      boolean server,
      Engines.Library library,
      Problems problems) {
    int min = index(message.getTlsMinimumProtocolVersion(), 2);
    int max = index(message.getTlsMaximumProtocolVersion(), server ? 3 : 2);
    if (min > max) {
      problems.add(
          "tls_minimum_protocol_version",
          VERSIONS.get(min) + " is above the maximum " + VERSIONS.get(max),
          server
              ? ""
              : "the maximum of clients is TLSv1.2 unless tls_maximum_protocol_version says otherwise");
      max = min;
    }
    return new TlsParameters(
        VERSIONS.subList(min, max + 1),
        ciphers(message.getCipherSuitesList(), library, problems),
        groups(message.getEcdhCurvesList(), library, problems),
        message.getSignatureAlgorithmsList());
  }

  private static int index(TlsProtocol version, int automatic) {
    return switch (version) {
      case TLS_AUTO, UNRECOGNIZED -> automatic;
      case TLSv1_0 -> 0;
      case TLSv1_1 -> 1;
      case TLSv1_2 -> 2;
      case TLSv1_3 -> 3;
    };
  }

  /** Names one by one; a group of equal preference, [A|B], becomes A, B. */
  private static List<String> ciphers(
      List<String> given, Engines.Library library, Problems problems) {
    if (given.isEmpty()) {
      return TlsParameters.DEFAULT_CIPHERS;
    }
    var ciphers = new ArrayList<String>();
    for (int i = 0; i < given.size(); i++) {
      String text = given.get(i);
      boolean group = text.startsWith("[") && text.endsWith("]");
      String[] names = group ? text.substring(1, text.length() - 1).split("\\|") : text.split(":");
      for (String name : names) {
        if (library.hasCipher(name)) {
          ciphers.add(name);
        } else {
          problems.add(
              "cipher_suites[" + i + "]", "unknown cipher suite " + name, "names are OpenSSL's");
        }
      }
    }
    return ciphers;
  }

  private static List<String> groups(
      List<String> given, Engines.Library library, Problems problems) {
    List<String> wanted = given.isEmpty() ? TlsParameters.DEFAULT_GROUPS : given;
    var groups = new ArrayList<String>();
    for (int i = 0; i < wanted.size(); i++) {
      if (library.hasGroup(wanted.get(i))) {
        groups.add(wanted.get(i));
      } else if (!given.isEmpty()) {
        problems.add(
            "ecdh_curves[" + i + "]",
            "unknown group " + wanted.get(i),
            "X25519, P-256, P-384, P-521 are known");
      }
    }
    return groups;
  }
}
