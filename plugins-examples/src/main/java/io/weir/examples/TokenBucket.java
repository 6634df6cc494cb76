package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Default;
import io.weir.plugin.Doc;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Metric;
import io.weir.plugin.Plugin;
import io.weir.plugin.PluginContext;
import io.weir.plugin.Range;
import io.weir.plugin.SharedData;

/**
 * A rate limit that all workers share: a bucket for each value of a header, kept in shared data as
 * {@code tokens/time}. Configuration: {@code {"header": "x-client", "capacity": 10, "per_second":
 * 5}}.
 */
@Plugin(name = "token-bucket", description = "a rate limit that all workers share")
public final class TokenBucket implements HttpPlugin {
  private static final int ATTEMPTS = 8;
  private static final long MILLI = 1_000;

  /** What can be configured. */
  public record Config(
      @Doc("Each value has a bucket of its own") @Default("x-client") String header,
      @Doc("Requests that may come at once") @Range(min = 1) @Default("10") long capacity,
      @Range(min = 0) @Default("5") long perSecond) {}

  private final String header;
  private final long capacity;
  private final long perSecond;
  private final SharedData shared;
  private final Metric limited;

  public TokenBucket(Config config, PluginContext context) {
    header = config.header();
    capacity = config.capacity();
    perSecond = config.perSecond();
    shared = context.shared();
    limited = context.counter("token_bucket.limited");
  }

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    String client = exchange.requestHeaders().first(header);
    if (take("bucket/" + client)) {
      return Action.CONTINUE;
    }
    limited.add(1);
    return exchange.reply(429, "too many requests", "retry-after", "1");
  }

  /** Takes a token; another worker may have written meanwhile, then it reads again. */
  private boolean take(String key) {
    long now = System.currentTimeMillis();
    for (int i = 0; i < ATTEMPTS; i++) {
      SharedData.Entry entry = shared.get(key);
      if (entry == null) {
        shared.set(key, (capacity - 1) * MILLI + "/" + now);
        return true;
      }
      int slash = entry.value().indexOf('/');
      long tokens = Long.parseLong(entry.value().substring(0, slash));
      long since = Long.parseLong(entry.value().substring(slash + 1));
      long filled = Math.min(capacity * MILLI, tokens + (now - since) * perSecond);
      if (filled < MILLI) {
        return false;
      }
      if (shared.replace(key, filled - MILLI + "/" + now, entry.version())) {
        return true;
      }
    }
    return false;
  }
}
