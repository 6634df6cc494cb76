package io.weir.proxy.filter.jwt;

import io.weir.filter.Value;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilterCallbacks;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The verification of one request. Keys may have to be fetched in between, so every step tells its
 * outcome to a continuation; all of it runs on the request's worker.
 */
final class Check {
  private static final long MILLIS = 1000;

  private final HttpFilterCallbacks callbacks;
  private final HeaderMap headers;
  private final VerifiedTokens verified;
  private final List<Runnable> accepted = new ArrayList<>();
  private boolean abandoned;
  private boolean clearRouteCache;

  Check(HttpFilterCallbacks callbacks, HeaderMap headers, VerifiedTokens verified) {
    this.callbacks = callbacks;
    this.headers = headers;
    this.verified = verified;
  }

  /** The stream is gone: no continuation runs any more. */
  void abandon() {
    abandoned = true;
  }

  boolean clearRouteCache() {
    return clearRouteCache;
  }

  /** Takes the accepted tokens out of the request where they are not forwarded. */
  void removeTokens() {
    accepted.forEach(Runnable::run);
  }

  void verify(Requirement requirement, Consumer<JwtStatus> done) {
    switch (requirement) {
      case Requirement.Nothing _ -> done.accept(JwtStatus.OK);
      case Requirement.OfProvider(Provider provider, Set<String> audiences) ->
          ofProvider(provider, audiences, done);
      case Requirement.Any any -> any(any.parts(), done);
      case Requirement.All all -> all(all.parts().iterator(), done);
      case Requirement.AllowMissing(List<Provider> providers) ->
          anyToken(
              providers,
              status -> done.accept(status == JwtStatus.MISSING ? JwtStatus.OK : status));
      case Requirement.AllowMissingOrFailed(List<Provider> providers) ->
          anyToken(providers, _ -> done.accept(JwtStatus.OK));
      case Requirement.ExtractOnly(List<Provider> providers, String statusHeader) ->
          extract(providers, statusHeader, done);
    }
  }

  private void any(List<Requirement> parts, Consumer<JwtStatus> done) {
    boolean missing = parts.stream().anyMatch(Requirement.AllowMissing.class::isInstance);
    boolean failed = parts.stream().anyMatch(Requirement.AllowMissingOrFailed.class::isInstance);
    Iterator<Requirement> rest =
        parts.stream()
            .filter(
                part ->
                    !(part instanceof Requirement.AllowMissing)
                        && !(part instanceof Requirement.AllowMissingOrFailed))
            .iterator();
    anyOf(
        rest,
        JwtStatus.MISSING,
        status -> done.accept(failed || missing && !status.tells() ? JwtStatus.OK : status));
  }

  private void anyOf(Iterator<Requirement> rest, JwtStatus worst, Consumer<JwtStatus> done) {
    if (!rest.hasNext()) {
      done.accept(worst);
      return;
    }
    verify(
        rest.next(),
        status -> {
          if (status == JwtStatus.OK) {
            done.accept(status);
          } else {
            anyOf(rest, status.weight() >= worst.weight() ? status : worst, done);
          }
        });
  }

  private void all(Iterator<Requirement> rest, Consumer<JwtStatus> done) {
    if (!rest.hasNext()) {
      done.accept(JwtStatus.OK);
      return;
    }
    verify(
        rest.next(),
        status -> {
          if (status == JwtStatus.OK) {
            all(rest, done);
          } else {
            done.accept(status);
          }
        });
  }

  // ---- tokens

  /** A token and where it stands. */
  private record Found(Provider provider, TokenLocation location, String token) {}

  private List<Found> tokens(Provider provider) {
    List<Found> found = new ArrayList<>(1);
    List<String> texts = new ArrayList<>(1);
    for (TokenLocation location : provider.locations()) {
      texts.clear();
      location.find(headers, texts);
      texts.forEach(text -> found.add(new Found(provider, location, text)));
    }
    return found;
  }

  private void ofProvider(Provider provider, Set<String> audiences, Consumer<JwtStatus> done) {
    List<Found> found = tokens(provider);
    if (found.isEmpty()) {
      done.accept(noted(provider, JwtStatus.MISSING));
    } else {
      each(found.iterator(), audiences, status -> done.accept(noted(provider, status)));
    }
  }

  /** Whatever provider a token is of; a token that nobody issues is not configured. */
  private void anyToken(List<Provider> providers, Consumer<JwtStatus> done) {
    List<Found> mine = new ArrayList<>();
    boolean any = false;
    JwtStatus bad = JwtStatus.UNKNOWN_ISSUER;
    for (Provider provider : providers) {
      for (Found found : tokens(provider)) {
        any = true;
        Jwt.Parsed parsed = Jwt.parse(found.token);
        if (parsed.jwt() == null) {
          bad = parsed.status();
        } else if (provider.accepts(parsed.jwt().issuer())) {
          mine.add(found);
        }
      }
    }
    if (!any) {
      done.accept(JwtStatus.MISSING);
    } else if (mine.isEmpty()) {
      done.accept(bad);
    } else {
      each(mine.iterator(), Set.of(), done);
    }
  }

  private void each(Iterator<Found> rest, Set<String> audiences, Consumer<JwtStatus> done) {
    if (!rest.hasNext()) {
      done.accept(JwtStatus.OK);
      return;
    }
    token(
        rest.next(),
        audiences,
        status -> {
          if (status == JwtStatus.OK) {
            each(rest, audiences, done);
          } else {
            done.accept(status);
          }
        });
  }

  private void token(Found found, Set<String> audiences, Consumer<JwtStatus> done) {
    Worker worker = callbacks.worker();
    Provider provider = found.provider;
    long now = worker.wallMillis() / MILLIS;
    Jwt known = verified.get(provider, found.token);
    Jwt.Parsed parsed =
        known == null ? Jwt.parse(found.token) : new Jwt.Parsed(JwtStatus.OK, known);
    Jwt jwt = parsed.jwt();
    if (jwt == null) {
      done.accept(parsed.status());
      return;
    }
    JwtStatus claims = provider.check(jwt, audiences, now);
    if (claims != JwtStatus.OK || known != null) {
      if (claims == JwtStatus.OK) {
        use(found, jwt);
      }
      done.accept(claims);
      return;
    }
    provider
        .keys()
        .get(
            worker,
            keys -> {
              if (abandoned) {
                return;
              }
              JwtStatus status = keys == null ? JwtStatus.KEYS_UNAVAILABLE : keys.verify(jwt);
              if (status == JwtStatus.OK) {
                verified.put(provider, found.token, jwt);
                use(found, jwt);
              }
              done.accept(status);
            });
  }

  private void extract(List<Provider> providers, String statusHeader, Consumer<JwtStatus> done) {
    boolean any = false;
    for (Provider provider : providers) {
      for (Found found : tokens(provider)) {
        Jwt jwt = Jwt.parse(found.token).jwt();
        if (jwt != null && provider.accepts(jwt.issuer())) {
          use(found, jwt);
          any = true;
        }
      }
    }
    if (!statusHeader.isEmpty()) {
      headers.set(statusHeader, any ? "unverified" : "missing");
    }
    done.accept(JwtStatus.OK);
  }

  private void use(Found found, Jwt jwt) {
    TokenUse.apply(found.provider, jwt, headers, callbacks.streamInfo().dynamicMetadata());
    clearRouteCache |= found.provider.clearRouteCache();
    if (!found.provider.forward()) {
      accepted.add(() -> found.location.remove(headers));
    }
  }

  private JwtStatus noted(Provider provider, JwtStatus status) {
    if (status != JwtStatus.OK && !provider.failedStatusMetadata().isEmpty()) {
      callbacks
          .streamInfo()
          .dynamicMetadata()
          .set(
              TokenUse.NAMESPACE,
              provider.failedStatusMetadata(),
              Value.MapValue.EMPTY
                  .with("code", Value.of(status.code()))
                  .with("message", Value.of(status.text())));
    }
    return status;
  }
}
