package io.weir.proxy.tls.verify;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.weir.filter.Problems;
import io.weir.proxy.matcher.StringMatcher;
import org.jspecify.annotations.Nullable;

/**
 * One of {@code match_typed_subject_alt_names}.
 *
 * @param oid of other names, empty for any other kind
 * @param host for an exact DNS name, which wildcards in the certificate may cover; null otherwise
 */
record NameMatcher(
    AlternativeName.Kind kind, StringMatcher matcher, String oid, @Nullable String host) {

  boolean matches(AlternativeName name) {
    if (name.kind() != kind || !oid.equals(name.oid())) {
      return false;
    }
    return host != null
        ? AlternativeName.covers(name.value(), host)
        : matcher.matches(name.value());
  }

  static @Nullable NameMatcher load(SubjectAltNameMatcher message, Problems problems) {
    StringMatcher matcher = StringMatcher.load(message.getMatcher(), problems.at("matcher"));
    AlternativeName.Kind kind =
        switch (message.getSanType()) {
          case EMAIL -> AlternativeName.Kind.EMAIL;
          case DNS -> AlternativeName.Kind.DNS;
          case URI -> AlternativeName.Kind.URI;
          case IP_ADDRESS -> AlternativeName.Kind.IP_ADDRESS;
          case OTHER_NAME -> AlternativeName.Kind.OTHER_NAME;
          case SAN_TYPE_UNSPECIFIED, UNRECOGNIZED -> null;
        };
    if (kind == null) {
      problems.add("san_type", "must be set", "one of EMAIL, DNS, URI, IP_ADDRESS, OTHER_NAME");
    } else if (kind == AlternativeName.Kind.OTHER_NAME && message.getOid().isEmpty()) {
      problems.add("oid", "an OTHER_NAME matcher needs the OID of the name");
    }
    if (matcher == null || kind == null) {
      return null;
    }
    boolean exactHost =
        kind == AlternativeName.Kind.DNS
            && message.getMatcher().hasExact()
            && !message.getMatcher().getExact().isEmpty();
    return new NameMatcher(
        kind,
        matcher,
        kind == AlternativeName.Kind.OTHER_NAME ? message.getOid() : "",
        exactHost ? message.getMatcher().getExact() : null);
  }
}
