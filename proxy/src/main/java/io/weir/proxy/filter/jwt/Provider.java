package io.weir.proxy.filter.jwt;

import io.weir.filter.http.HeaderName;
import io.weir.proxy.matcher.StringMatcher;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who issues tokens, where they stand in a request, and what becomes of them.
 *
 * @param issuer empty for any
 * @param audiences empty for any
 * @param maxLifetimeSeconds −1 for any
 * @param forwardPayload null when the payload is not forwarded
 * @param payloadMetadata empty for none, as the other metadata keys
 */
record Provider(
    String name,
    String issuer,
    Set<String> audiences,
    @Nullable StringMatcher subjects,
    boolean requireExpiration,
    long maxLifetimeSeconds,
    long clockSkewSeconds,
    KeySource keys,
    boolean forward,
    List<TokenLocation> locations,
    @Nullable HeaderName forwardPayload,
    boolean padPayload,
    String payloadMetadata,
    List<String> spaceDelimited,
    String headerMetadata,
    String failedStatusMetadata,
    List<ClaimHeader> claimHeaders,
    boolean clearRouteCache,
    int cacheSize,
    int maxCachedToken) {

  /** A header that gets the value of a claim. */
  record ClaimHeader(HeaderName header, List<String> path) {}

  boolean accepts(String tokenIssuer) {
    return issuer.isEmpty() || issuer.equals(tokenIssuer);
  }

  /** Everything about a parsed token but its signature. */
  JwtStatus check(Jwt jwt, Set<String> wantedAudiences, long nowSeconds) {
    if (!accepts(jwt.issuer())) {
      return JwtStatus.UNKNOWN_ISSUER;
    }
    if (subjects != null && !subjects.matches(jwt.subject())) {
      return JwtStatus.VERIFICATION_FAILED;
    }
    if (requireExpiration && jwt.expires() < 0) {
      return JwtStatus.VERIFICATION_FAILED;
    }
    if (maxLifetimeSeconds >= 0 && !lifetimeAllowed(jwt, nowSeconds)) {
      return JwtStatus.VERIFICATION_FAILED;
    }
    if (jwt.notBefore() >= 0 && nowSeconds + clockSkewSeconds < jwt.notBefore()) {
      return JwtStatus.NOT_YET_VALID;
    }
    if (jwt.expires() >= 0 && nowSeconds > jwt.expires() + clockSkewSeconds) {
      return JwtStatus.EXPIRED;
    }
    Set<String> allowed = wantedAudiences.isEmpty() ? audiences : wantedAudiences;
    boolean audience = allowed.isEmpty() || anyAllowed(jwt.audiences(), allowed);
    return audience ? JwtStatus.OK : JwtStatus.AUDIENCE_NOT_ALLOWED;
  }

  private static boolean anyAllowed(List<String> audiences, Set<String> allowed) {
    for (String audience : audiences) {
      if (allowed.contains(plain(audience))) {
        return true;
      }
    }
    return false;
  }

  /** Scheme and trailing slash do not count. */
  static String plain(String audience) {
    int start = audience.startsWith("https://") ? 8 : audience.startsWith("http://") ? 7 : 0;
    int end = audience.endsWith("/") ? audience.length() - 1 : audience.length();
    return audience.substring(Math.min(start, end), end);
  }

  private boolean lifetimeAllowed(Jwt jwt, long nowSeconds) {
    if (jwt.expires() < 0) {
      return false;
    }
    long begin =
        jwt.issuedAt() >= 0 ? jwt.issuedAt() : jwt.notBefore() >= 0 ? jwt.notBefore() : nowSeconds;
    return jwt.expires() - begin <= maxLifetimeSeconds;
  }
}
