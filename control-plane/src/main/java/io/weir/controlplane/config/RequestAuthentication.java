package io.weir.controlplane.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which JSON web tokens a workload accepts (security.istio.io). */
public record RequestAuthentication(
    @Nullable Selector selector,
    @Nullable TargetRef targetRef,
    List<TargetRef> targetRefs,
    List<JwtRule> jwtRules)
    implements ConfigSpec {

  /** One issuer. */
  public record JwtRule(
      String issuer,
      List<String> audiences,
      String jwksUri,
      String jwks,
      List<JwtHeader> fromHeaders,
      List<String> fromParams,
      List<String> fromCookies,
      String outputPayloadToHeader,
      boolean forwardOriginalToken,
      List<ClaimToHeader> outputClaimToHeaders,
      @Nullable Duration timeout,
      List<String> spaceDelimitedClaims) {}

  /** A header that holds a token behind a prefix. */
  public record JwtHeader(String name, String prefix) {}

  /** A claim copied into a request header. */
  public record ClaimToHeader(String header, String claim) {}
}
