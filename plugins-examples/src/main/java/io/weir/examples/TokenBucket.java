package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Metric;
import io.weir.plugin.Plugin;
import io.weir.plugin.PluginContext;
import io.weir.plugin.Settings;
import io.weir.plugin.SharedData;
import org.jspecify.annotations.Nullable;

/**
 * A rate limit that all workers share: a bucket for each value of a header, kept in shared data as
 * {@code tokens/time}. Configuration: {@code {"header": "x-client", "capacity": 10, "per_second":
 * 5}}.
 */
@Plugin(name = "token-bucket", description = "a rate limit that all workers share")
public final class TokenBucket implements HttpPlugin {
  private static final int ATTEMPTS = 8;
  private static final long MILLI = 1_000;

  private String header = "x-client";
  private long capacity;
  private long perSecond;
  private @Nullable SharedData shared;
  private @Nullable Metric limited;

  @Override
  public void start(PluginContext context) {
    Settings settings = Settings.of(context);
    header = settings.text("header", header);
    capacity = settings.number("capacity", 10);
    perSecond = settings.number("per_second", 5);
    settings.done();
    if (capacity < 1) {
      throw settings.refused("capacity", "must be at least 1");
    }
    shared = context.shared();
    limited = context.counter("token_bucket.limited");
  }

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    String client = exchange.requestHeaders().first(header);
    if (take("bucket/" + client)) {
      return Action.CONTINUE;
    }
    Metric counter = limited;
    if (counter != null) {
      counter.add(1);
    }
    return exchange.reply(429, "too many requests", "retry-after", "1");
  }

  /** Takes a token; another worker may have written meanwhile, then it reads again. */
  private boolean take(String key) {
    SharedData data = shared;
    if (data == null) {
      return true;
    }
    long now = System.currentTimeMillis();
    for (int i = 0; i < ATTEMPTS; i++) {
      SharedData.Entry entry = data.get(key);
      if (entry == null) {
        data.set(key, (capacity - 1) * MILLI + "/" + now);
        return true;
      }
      int slash = entry.value().indexOf('/');
      long tokens = Long.parseLong(entry.value().substring(0, slash));
      long since = Long.parseLong(entry.value().substring(slash + 1));
      long filled = Math.min(capacity * MILLI, tokens + (now - since) * perSecond);
      if (filled < MILLI) {
        return false;
      }
      if (data.replace(key, filled - MILLI + "/" + now, entry.version())) {
        return true;
      }
    }
    return false;
  }
}
