package io.weir.proxy.tls;

import io.weir.filter.Worker;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.tls.pem.CredentialException;
import io.weir.proxy.worker.Slot;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The version of a TLS context that new connections take. The control thread makes versions, every
 * worker has its copy; a version ends when no worker takes it any more, and connections that began
 * with it go on.
 */
final class TlsSlot {
  private static final Logger LOG = LoggerFactory.getLogger("tls");

  /** A version: engines by what ALPN is to offer. */
  interface Version extends AutoCloseable {
    /** When its certificates end, seconds since the epoch, by their names in statistics. */
    Map<String, Long> expirations();

    @Override
    void close();
  }

  /** Makes a version of what secrets are there now; null while one is missing. */
  interface Maker {
    @Nullable Version make() throws CredentialException;
  }

  /** What a worker reads. */
  record OnWorker(@Nullable Version version, TlsStats stats) {}

  private final LoadContext context;
  private final Slot<OnWorker> slot;
  private final String factory;
  private final String statPrefix;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private @Nullable Version current;
  private long updates;
  private boolean closed;

  /**
   * @param factory prefix of statistics: {@code server_ssl_socket_factory.} or that of clients
   */
  TlsSlot(LoadContext context, String statPrefix, String factory) {
    this.context = context;
    this.statPrefix = statPrefix;
    this.factory = factory;
    this.slot = new Slot<>(context.workers());
    context.awaitBeforeUse(ready, "secrets of TLS");
    context.onClose(this::close);
  }

  OnWorker get(Worker worker) {
    OnWorker value = slot.get(worker);
    if (value == null) {
      value = new OnWorker(null, new TlsStats(worker.stats(), statPrefix, factory));
      slot.set(worker, value);
    }
    return value;
  }

  /** Makes the first version; problems are the configuration's. */
  void start(Maker maker, boolean settled) {
    try {
      publish(maker.make(), settled);
    } catch (CredentialException e) {
      context.problems().add("", e.reason());
    }
  }

  /** Secrets have changed. */
  void update(Maker maker, BooleanSupplier settled) {
    if (closed) {
      return;
    }
    try {
      Version next = maker.make();
      updates += next == null ? 0 : 1;
      if (next != null || settled.getAsBoolean()) {
        publish(next, true);
      }
    } catch (CredentialException e) {
      LOG.warn("{}the new secrets cannot be used: {}", statPrefix, e.reason());
      if (settled.getAsBoolean()) {
        ready.complete(null);
      }
    }
  }

  private void publish(@Nullable Version next, boolean settled) {
    if (context.dryRun()) {
      if (next != null) {
        next.close();
      }
      ready.complete(null);
      return;
    }
    if (next == null && current != null) {
      return;
    }
    Version before = current;
    current = next;
    long counted = updates;
    updates = 0;
    slot.publish(worker -> onWorker(worker, next, counted))
        .whenComplete(
            (_, _) -> {
              if (before != null) {
                before.close();
              }
              if (next != null || settled) {
                ready.complete(null);
              }
            });
  }

  private OnWorker onWorker(Worker worker, @Nullable Version next, long updates) {
    TlsStats stats = get(worker).stats();
    if (next != null && worker.index() == 0) {
      stats.onVersion(updates, next.expirations());
    }
    return new OnWorker(next, stats);
  }

  private void close() {
    closed = true;
    Version last = current;
    if (last != null) {
      slot.publish(_ -> null).whenComplete((_, _) -> last.close());
    }
  }
}
