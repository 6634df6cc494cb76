package io.weir.controlplane.module;

import io.weir.controlplane.config.ConfigKey;
import io.weir.controlplane.config.WasmPlugin.PullPolicy;
import io.weir.controlplane.push.PushContext;
import io.weir.controlplane.push.ServedModule;
import io.weir.controlplane.push.TrafficPlugin;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the plugins of the configuration and gets their modules, each on a thread of its own. A
 * module that cannot be had is tried again for ever, ever more rarely; the last good one stays. A
 * slow old fetch never overwrites a newer one. Any thread.
 */
public final class ModuleDirectory implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("module");
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LAST_RETRY = Duration.ofMinutes(5);
  private static final Duration LASTING_RETRY = Duration.ofMinutes(1);

  private final ModuleFetcher fetcher;
  private final ModuleCache cache;
  private final Duration firstRetry;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<ConfigKey, Entry> entries = new HashMap<>();

  /** What a tag led to, so that a second plugin with it need not ask. */
  private final Map<ModuleRequest, String> resolved = new HashMap<>();

  private volatile Consumer<Set<ConfigKey>> listener = _ -> {};

  /** One plugin. Guarded by the directory's lock. */
  private static final class Entry {
    ModuleRequest request;
    ModuleStatus status;

    Entry(ModuleRequest request, ModuleStatus status) {
      this.request = request;
      this.status = status;
    }
  }

  public ModuleDirectory(Path cacheFolder, PullSecrets secrets) {
    this(new ModuleFetcher(secrets), new ModuleCache(cacheFolder), FIRST_RETRY);
  }

  ModuleDirectory(ModuleFetcher fetcher, ModuleCache cache, Duration firstRetry) {
    this.fetcher = fetcher;
    this.cache = cache;
    this.firstRetry = firstRetry;
  }

  /** Called with the plugins whose state changed; on the thread of the fetch. */
  public void onChange(Consumer<Set<ConfigKey>> consumer) {
    listener = consumer;
  }

  /** Takes the plugins of a context; starts what is new and forgets what is gone. */
  public synchronized void follow(PushContext context) {
    Set<ConfigKey> seen = new HashSet<>();
    for (TrafficPlugin plugin : context.allPlugins()) {
      if (plugin.code() instanceof TrafficPlugin.Wasm wasm && fetchedHere(wasm)) {
        seen.add(plugin.key());
        want(plugin.key(), request(plugin.key(), wasm, context));
      }
    }
    entries.keySet().retainAll(seen);
    cache.clean(live(), Instant.now());
  }

  /** A file without a checksum is read by the proxy itself, as in Istio. */
  private static boolean fetchedHere(TrafficPlugin.Wasm wasm) {
    return !wasm.url().startsWith("file://") || !wasm.sha256().isEmpty();
  }

  private static ModuleRequest request(
      ConfigKey key, TrafficPlugin.Wasm wasm, PushContext context) {
    var config = context.snapshot().get(key);
    PullPolicy policy = wasm.pullPolicy();
    return ModuleRequest.of(
        wasm.url(),
        wasm.sha256(),
        policy,
        wasm.pullSecret(),
        key.namespace(),
        config == null ? 0 : config.revision());
  }

  private void want(ConfigKey key, ModuleRequest request) {
    Entry entry = entries.get(key);
    if (entry != null && entry.request.equals(request)) {
      return;
    }
    String known = request.revision() == 0 ? resolved.get(request) : null;
    if (known != null && cache.get(known) != null) {
      entries.put(key, new Entry(request, ModuleStatus.verified(request, known)));
      return;
    }
    String lastGood = entry == null ? "" : entry.status.sha256();
    ModuleStatus status = ModuleStatus.fetching(request, lastGood);
    entries.put(key, new Entry(request, status));
    threads.execute(() -> fetch(key, request));
  }

  private void fetch(ConfigKey key, ModuleRequest request) {
    Duration pause = firstRetry;
    for (int attempt = 1; current(key, request); attempt++) {
      try {
        WasmModule module = fetcher.fetch(request);
        cache.put(module);
        if (settle(key, request, ModuleStatus.verified(request, module.sha256()))) {
          LOG.info("{}: {} is sha256:{}", key, request.url(), module.sha256());
        }
        return;
      } catch (FetchException e) {
        boolean told = failed(key, request, e.reason(), attempt);
        if (told) {
          LOG.warn("{}: {} (attempt {})", key, e.reason(), attempt);
        }
        Duration wait =
            e.isPassing() || pause.compareTo(LASTING_RETRY) > 0 ? pause : lasting(pause);
        try {
          Thread.sleep(wait);
        } catch (InterruptedException interrupted) {
          return;
        }
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : pause;
      }
    }
  }

  /** What somebody must repair is looked at less often; in proportion, so that tests are quick. */
  private Duration lasting(Duration pause) {
    return firstRetry.equals(FIRST_RETRY) ? LASTING_RETRY : pause;
  }

  private synchronized boolean current(ConfigKey key, ModuleRequest request) {
    Entry entry = entries.get(key);
    return entry != null && entry.request.equals(request);
  }

  private boolean settle(ConfigKey key, ModuleRequest request, ModuleStatus status) {
    synchronized (this) {
      Entry entry = entries.get(key);
      if (entry == null || !entry.request.equals(request)) {
        return false;
      }
      entry.status = status;
      resolved.put(request, status.sha256());
    }
    listener.accept(Set.of(key));
    return true;
  }

  /** Keeps the last good module, if any. True when this is news. */
  private boolean failed(ConfigKey key, ModuleRequest request, String reason, int attempt) {
    boolean news;
    synchronized (this) {
      Entry entry = entries.get(key);
      if (entry == null || !entry.request.equals(request)) {
        return false;
      }
      news =
          entry.status.state() != ModuleStatus.State.DEGRADED
              || !entry.status.reason().equals(reason);
      entry.status = entry.status.degraded(reason, attempt);
    }
    if (news) {
      listener.accept(Set.of(key));
    }
    return news;
  }

  /** The state of each plugin. */
  public synchronized Map<ConfigKey, ModuleStatus> statuses() {
    Map<ConfigKey, ModuleStatus> all = new TreeMap<>();
    entries.forEach((key, entry) -> all.put(key, entry.status));
    return all;
  }

  /** What proxies are to be told. */
  public synchronized Map<ConfigKey, ServedModule> served() {
    Map<ConfigKey, ServedModule> served = new LinkedHashMap<>();
    entries.forEach((key, entry) -> served.put(key, entry.status.served()));
    return Map.copyOf(served);
  }

  /** A module's bytes, or null when it is not here. */
  public byte @Nullable [] bytes(String sha256) {
    return cache.get(sha256);
  }

  private Set<String> live() {
    Set<String> live = new HashSet<>();
    entries.values().forEach(entry -> live.add(entry.status.sha256()));
    return live;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    fetcher.close();
  }
}
