package io.weir.proxy.filter.jwt;

import java.util.List;
import java.util.Set;

/** What a rule asks of the tokens of a request. Immutable. */
sealed interface Requirement {

  /**
   * A token of one provider.
   *
   * @param audiences replace the provider's unless empty
   */
  record OfProvider(Provider provider, Set<String> audiences) implements Requirement {}

  record Any(List<Requirement> parts) implements Requirement {}

  record All(List<Requirement> parts) implements Requirement {}

  /** A request without a token passes; a bad token does not. */
  record AllowMissing(List<Provider> providers) implements Requirement {}

  /** Every request passes; good tokens are used. */
  record AllowMissingOrFailed(List<Provider> providers) implements Requirement {}

  /** Tokens are used without being verified. */
  record ExtractOnly(List<Provider> providers, String statusHeader) implements Requirement {}

  /** Nothing is asked. */
  record Nothing() implements Requirement {}
}
