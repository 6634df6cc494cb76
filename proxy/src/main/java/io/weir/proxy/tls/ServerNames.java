package io.weir.proxy.tls;

import io.weir.proxy.tls.pem.Identity;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Chooses among a server's certificates as Envoy's default selector does: by name, exact before
 * wildcard, ECDSA for those who can, and the first one when nothing fits. Immutable.
 */
final class ServerNames {
  private static final int DNS = 2;
  private static final int NONE = -1;

  private final List<Identity> identities;
  private final boolean fullScan;
  // Wildcards stand without their star: ".example.com".
  private final Map<String, List<Integer>> byName = new HashMap<>();

  ServerNames(List<Identity> identities, boolean fullScan) {
    this.identities = identities;
    this.fullScan = fullScan;
    for (int i = 0; i < identities.size(); i++) {
      for (String name : names(identities.get(i).leaf())) {
        String key = name.toLowerCase(Locale.ROOT);
        key = key.startsWith("*.") ? key.substring(1) : key;
        byName.computeIfAbsent(key, _ -> new ArrayList<>()).add(i);
      }
    }
  }

  /** DNS names; the common name of a certificate that has none. */
  private static List<String> names(X509Certificate certificate) {
    var names = new ArrayList<String>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      if (all != null) {
        for (List<?> name : all) {
          if (name.get(0) instanceof Integer kind && kind == DNS) {
            names.add(String.valueOf(name.get(1)));
          }
        }
      }
      if (names.isEmpty()) {
        for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
          if (part.getType().equalsIgnoreCase("CN")) {
            names.add(String.valueOf(part.getValue()));
          }
        }
      }
    } catch (CertificateParsingException | InvalidNameException _) {
      // Reached when no name fits.
    }
    return names;
  }

  /**
   * The index of the certificate to present.
   *
   * @param serverName SNI, empty for none
   * @param ecdsa whether the client can verify ECDSA
   */
  int choose(String serverName, boolean ecdsa) {
    int found = NONE;
    if (!serverName.isEmpty()) {
      String name = serverName.toLowerCase(Locale.ROOT);
      found = best(byName.getOrDefault(name, List.of()), ecdsa);
      int dot = name.indexOf('.');
      if (found == NONE && dot > 0) {
        found = best(byName.getOrDefault(name.substring(dot), List.of()), ecdsa);
      }
    }
    if (found == NONE && (serverName.isEmpty() || fullScan)) {
      for (int i = 0; i < identities.size() && found == NONE; i++) {
        if (identities.get(i).ecdsa() == ecdsa) {
          found = i;
        }
      }
    }
    return Math.max(found, 0);
  }

  /** The first of the client's favourite key type, or the first that it can use at all. */
  private int best(List<Integer> candidates, boolean ecdsa) {
    int usable = NONE;
    for (int each : candidates) {
      boolean is = identities.get(each).ecdsa();
      if (is == ecdsa) {
        return each;
      }
      if (usable == NONE && !is) {
        usable = each;
      }
    }
    return usable;
  }
}
