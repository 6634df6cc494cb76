package io.weir.proxy.upstream;

import io.envoyproxy.envoy.extensions.common.dynamic_forward_proxy.v3.DnsCacheConfig;
import io.weir.filter.Stats;
import io.weir.filter.Worker;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.worker.ControlThread;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Names that requests asked for, and their addresses: shared by the clusters and filters of dynamic
 * forward proxying that name the same cache. Look-ups come from workers; names are resolved, again
 * and again while they are used, on the control thread.
 */
public final class DnsCache implements AutoCloseable {
  private final DnsCacheSettings settings;
  private final DnsResolver resolver;
  private final ControlThread control;
  private final DnsCacheStats stats;
  private final Map<String, DnsCacheEntry> entries = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();

  DnsCache(DnsCacheSettings settings, DnsResolver resolver, ControlThread control, Stats stats) {
    this.settings = settings;
    this.resolver = resolver;
    this.control = control;
    this.stats = new DnsCacheStats(stats, settings.name(), settings.maxPending());
  }

  /** The cache of a name; null when problems were reported. */
  @SuppressWarnings("deprecation")
  public static @Nullable DnsCache of(DnsCacheConfig config, LoadContext context) {
    DnsCacheSettings settings = DnsCacheSettings.load(config, context.problems());
    if (settings == null) {
      return null;
    }
    DnsResolver resolver =
        DnsResolvers.of(
            config.hasTypedDnsResolverConfig()
                ? config.getTypedDnsResolverConfig()
                : DnsResolvers.translated(config.getDnsResolutionConfig(), List.of()),
            context.shared(NettyDnsResolver.class, "", NettyDnsResolver::new),
            context);
    if (resolver == null) {
      return null;
    }
    DnsCache cache =
        context.shared(
            DnsCache.class,
            settings.name(),
            () -> new DnsCache(settings, resolver, context.control(), context.stats()));
    if (!cache.settings.equals(settings)) {
      context
          .problems()
          .add(
              "dns_cache_config",
              "config specified DNS cache '" + settings.name() + "' with different settings",
              "use the same settings, or another name");
      return null;
    }
    return cache;
  }

  /** What came of asking for a name. */
  public enum Outcome {
    /** The name was asked for before; there is an address, or none. */
    KNOWN,
    /** Whoever asked is told. */
    WAITING,
    /** There are too many names. */
    FULL,
    /** Too many wait. */
    OVERLOADED
  }

  /** Somebody who waits for a name; belongs to the worker. */
  public static final class Wait {
    private final Worker worker;
    private @Nullable Runnable done;

    private Wait(Worker worker, Runnable done) {
      this.worker = worker;
      this.done = done;
    }

    /** The runnable will not run any more. */
    public void cancel() {
      done = null;
    }

    private void tell() {
      Runnable task = done;
      done = null;
      if (task != null) {
        task.run();
      }
    }
  }

  /** The answer to {@link #ask}; {@code handle} is given for {@link Outcome#WAITING} only. */
  public record Answer(Outcome outcome, @Nullable Wait handle) {}

  private static final Answer KNOWN = new Answer(Outcome.KNOWN, null);
  private static final Answer FULL = new Answer(Outcome.FULL, null);
  private static final Answer OVERLOADED = new Answer(Outcome.OVERLOADED, null);

  /** The entry of {@code host:port}; null when it was never asked for. Any thread. */
  @Nullable DnsCacheEntry find(String key) {
    return entries.get(key);
  }

  /** Whether a name that was asked for has an address. Any thread. */
  public boolean hasAddress(String key) {
    DnsCacheEntry entry = entries.get(key);
    return entry != null && entry.address() != null;
  }

  /**
   * Asks for a name. On a worker.
   *
   * @param key host and port
   * @param done run on the worker when the name was resolved, or could not be
   */
  public Answer ask(String key, String host, int port, Worker worker, Runnable done) {
    DnsCacheEntry entry = entries.get(key);
    if (entry != null && entry.answered()) {
      entry.touch(worker.nanoTime());
      return KNOWN;
    }
    if (entry == null && entries.size() >= settings.maxHosts()) {
      stats.overflow();
      return FULL;
    }
    if (waiting.get() >= settings.maxPending()) {
      stats.pendingOverflow();
      return OVERLOADED;
    }
    waiting.incrementAndGet();
    var wait = new Wait(worker, done);
    control.execute(() -> add(key, host, port, wait));
    return new Answer(Outcome.WAITING, wait);
  }

  private void add(String key, String host, int port, Wait wait) {
    stats.pending(waiting.get());
    DnsCacheEntry entry = entries.get(key);
    if (entry == null) {
      entry = new DnsCacheEntry(key, host, port);
      entries.put(key, entry);
      stats.added(entries.size());
      entry.waits().add(wait);
      entry.touch(System.nanoTime());
      resolve(entry);
    } else if (entry.answered()) {
      tell(List.of(wait));
    } else {
      entry.waits().add(wait);
    }
  }

  private void tell(List<Wait> waits) {
    for (Wait wait : waits) {
      stats.pending(waiting.decrementAndGet());
      wait.worker.execute(wait::tell);
    }
  }

  private void resolve(DnsCacheEntry entry) {
    stats.attempt();
    InetAddress literal = Addresses.ip(entry.host());
    if (literal != null) {
      onAnswer(entry, new DnsResolver.Answer(List.of(literal), Long.MAX_VALUE / 2_000), null);
      return;
    }
    resolver
        .resolve(entry.host(), settings.family())
        .whenComplete((answer, failure) -> control.execute(() -> onAnswer(entry, answer, failure)));
  }

  private void onAnswer(
      DnsCacheEntry entry, DnsResolver.@Nullable Answer answer, @Nullable Throwable failure) {
    boolean good = answer != null && failure == null;
    long next;
    if (answer != null && failure == null && !answer.addresses().isEmpty()) {
      stats.success();
      if (entry.setAddress(answer.addresses().getFirst())) {
        stats.changed();
      }
      next = settings.refreshMillis(answer.ttlSeconds());
    } else {
      if (good) {
        stats.success();
      } else {
        stats.failure();
      }
      next = settings.failureMillis(entry.nextFailure());
    }
    entry.setAnswered();
    List<Wait> waits = new ArrayList<>(entry.waits());
    entry.waits().clear();
    tell(waits);
    control.schedule(() -> refresh(entry), next);
  }

  private void refresh(DnsCacheEntry entry) {
    if (entry.idleMillis(System.nanoTime()) > settings.hostTtlMillis()) {
      entries.remove(entry.key());
      stats.removed(entries.size());
    } else {
      resolve(entry);
    }
  }

  @Override
  public void close() {}
}
