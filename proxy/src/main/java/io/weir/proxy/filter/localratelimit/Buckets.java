package io.weir.proxy.filter.localratelimit;

import io.weir.proxy.ratelimit.Descriptor;
import io.weir.proxy.ratelimit.TokenBucket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The token buckets of one configuration. Shared by all workers. */
final class Buckets {
  private final TokenBucket fallback;
  private final List<Limited> limited;
  private final boolean alwaysFallback;

  Buckets(TokenBucket fallback, List<Limited> limited, boolean alwaysFallback) {
    this.fallback = fallback;
    this.limited = List.copyOf(limited);
    this.alwaysFallback = alwaysFallback;
  }

  /** Whether a request may pass, and the bucket that says so. */
  record Outcome(boolean allowed, TokenBucket bucket) {}

  /** The buckets of one configured descriptor; an entry without a value has one for each value. */
  static final class Limited {
    private final List<Descriptor.Entry> entries;
    private final Supplier<TokenBucket> make;
    private final boolean dynamic;
    private final TokenBucket own;
    private final int maxDynamic;
    private final Map<List<Descriptor.Entry>, TokenBucket> byValue = new ConcurrentHashMap<>();
    // In the order in which they were made; the oldest goes first.
    private final Queue<List<Descriptor.Entry>> made = new ConcurrentLinkedQueue<>();

    Limited(List<Descriptor.Entry> entries, Supplier<TokenBucket> make, int maxDynamic) {
      this.entries = List.copyOf(entries);
      this.make = make;
      this.own = make.get();
      this.dynamic = entries.stream().anyMatch(entry -> entry.value().isEmpty());
      this.maxDynamic = maxDynamic;
    }

    @Nullable TokenBucket find(Descriptor descriptor) {
      List<Descriptor.Entry> given = descriptor.entries();
      if (given.size() != entries.size()) {
        return null;
      }
      for (int i = 0; i < given.size(); i++) {
        Descriptor.Entry wanted = entries.get(i);
        if (!wanted.key().equals(given.get(i).key())
            || !wanted.value().isEmpty() && !wanted.value().equals(given.get(i).value())) {
          return null;
        }
      }
      return dynamic ? ofValue(given) : own;
    }

    private TokenBucket ofValue(List<Descriptor.Entry> given) {
      TokenBucket known = byValue.get(given);
      if (known != null) {
        return known;
      }
      TokenBucket fresh = make.get();
      TokenBucket raced = byValue.putIfAbsent(given, fresh);
      if (raced != null) {
        return raced;
      }
      made.add(given);
      if (byValue.size() > maxDynamic) {
        List<Descriptor.Entry> oldest = made.poll();
        if (oldest != null) {
          byValue.remove(oldest);
        }
      }
      return fresh;
    }
  }

  /** Takes tokens from the buckets of all descriptors, the slowest first, then the default one. */
  Outcome take(List<Descriptor> descriptors, long now) {
    List<TokenBucket> matched = new ArrayList<>(descriptors.size());
    long hits = 1;
    for (Descriptor descriptor : descriptors) {
      for (Limited each : limited) {
        TokenBucket bucket = each.find(descriptor);
        if (bucket != null) {
          matched.add(bucket);
          hits = descriptor.hits();
          break;
        }
      }
    }
    matched.sort((a, b) -> Double.compare(a.rate(), b.rate()));
    for (TokenBucket bucket : matched) {
      if (!bucket.consume(hits, now)) {
        return new Outcome(false, bucket);
      }
    }
    if (matched.isEmpty() || alwaysFallback) {
      if (!fallback.consume(1, now)) {
        return new Outcome(false, fallback);
      }
    }
    return new Outcome(true, matched.isEmpty() ? fallback : matched.getFirst());
  }
}
