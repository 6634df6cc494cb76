package io.weir.proxy.filter.jwt;

import io.weir.filter.Counter;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens whose signature one worker has verified before, the most recently used of each provider.
 */
final class VerifiedTokens {
  private final Map<Provider, Map<String, Jwt>> byProvider = new IdentityHashMap<>();
  private final Counter hits;
  private final Counter misses;

  VerifiedTokens(Counter hits, Counter misses) {
    this.hits = hits;
    this.misses = misses;
  }

  @Nullable Jwt get(Provider provider, String token) {
    if (provider.cacheSize() == 0) {
      misses.inc();
      return null;
    }
    Map<String, Jwt> tokens = byProvider.get(provider);
    Jwt known = tokens == null ? null : tokens.get(token);
    (known == null ? misses : hits).inc();
    return known;
  }

  void put(Provider provider, String token, Jwt jwt) {
    int size = provider.cacheSize();
    if (size == 0 || token.length() > provider.maxCachedToken()) {
      return;
    }
    byProvider
        .computeIfAbsent(
            provider,
            _ ->
                new LinkedHashMap<>(16, 0.75f, true) {
                  private static final long serialVersionUID = 1L;

                  @Override
                  protected boolean removeEldestEntry(Map.Entry<String, Jwt> eldest) {
                    return size() > size;
                  }
                })
        .put(token, jwt);
  }
}
