package io.weir.proxy.tls.verify;

import io.weir.proxy.tls.verify.Verdict.Alert;
import io.weir.proxy.tls.verify.Verdict.Cause;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether a certificate has the names that it must have. */
final class NameChecks {
  private NameChecks() {}

  /**
   * Checks names; null when all is well.
   *
   * @param demand of the connection
   * @param demanded of which one must match; empty for no demand
   */
  static @Nullable Verdict check(
      X509Certificate leaf, PeerNames demand, List<NameMatcher> demanded) {
    List<String> names = demand.names();
    boolean instead = demand.instead() && !names.isEmpty();
    List<NameMatcher> matchers = instead ? List.of() : demanded;
    if (names.isEmpty() && matchers.isEmpty()) {
      return null;
    }
    List<AlternativeName> present = AlternativeName.of(leaf);
    if (!names.isEmpty() && present.stream().noneMatch(name -> isAny(name, names, instead))) {
      return rejected(
          "verify cert failed: verify SAN list, expected SANs: ["
              + String.join(", ", names)
              + "], certificate SANs: ["
              + text(present)
              + "]");
    }
    if (!matchers.isEmpty()
        && present.stream().noneMatch(name -> matchers.stream().anyMatch(m -> m.matches(name)))) {
      return rejected(
          "verify cert failed: SAN matcher, certificate SANs are [" + text(present) + "]");
    }
    return null;
  }

  private static String text(List<AlternativeName> names) {
    return names.stream().map(AlternativeName::value).collect(Collectors.joining(", "));
  }

  private static boolean isAny(AlternativeName name, List<String> names, boolean hostsOnly) {
    return switch (name.kind()) {
      case DNS -> names.stream().anyMatch(host -> AlternativeName.covers(name.value(), host));
      case URI, IP_ADDRESS -> !hostsOnly && names.contains(name.value());
      case EMAIL, OTHER_NAME -> false;
    };
  }

  private static Verdict rejected(String reason) {
    return new Verdict.Rejected(reason, Cause.NAMES, Alert.CERTIFICATE_UNKNOWN);
  }
}
