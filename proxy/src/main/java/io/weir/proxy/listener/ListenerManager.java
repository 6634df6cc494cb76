package io.weir.proxy.listener;

import com.google.protobuf.ByteString;
import io.weir.filter.TrafficDirection;
import io.weir.filter.WorkerLocal;
import io.weir.proxy.stats.StatsStore;
import io.weir.proxy.worker.ControlThread;
import io.weir.proxy.worker.WorkerGroup;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners that serve, and those that drain. Every method is called on the control thread,
 * {@link #listeners} apart. Changes happen one after the other, in the order of the calls.
 *
 * <p>An update that changes only filter chains leaves the connections of unchanged chains alone;
 * any other update ends all connections of the old version, softly until the drain time is over.
 */
public final class ListenerManager {
  private static final Logger LOG = LoggerFactory.getLogger("config");

  private final WorkerGroup workers;
  private final ControlThread control;
  private final ListenerManagerStats stats;
  private final long drainMillis;
  private final boolean gradualDrain;
  private final WorkerLocal<HandOffTable> handOffs = new WorkerLocal<>(_ -> new HandOffTable());
  private final Map<String, Active> active = new LinkedHashMap<>();
  private final Set<ListenerVersion> draining = new LinkedHashSet<>();
  private CompletionStage<?> last = CompletableFuture.completedStage(null);
  private volatile List<BoundListener> snapshot = List.of();
  private boolean healthCheckFailed;
  private boolean accepting = true;

  private record Active(ListenerVersion version, ListenSockets sockets) {}

  /**
   * A listener that serves.
   *
   * @param addresses as bound, with real ports; as configured when it has no sockets of its own
   */
  public record BoundListener(ListenerConfig config, List<SocketAddress> addresses) {
    public BoundListener {
      addresses = List.copyOf(addresses);
    }

    public String name() {
      return config.name();
    }
  }

  /**
   * @param drainMillis {@code --drain-time-s}
   * @param gradualDrain whether connections are ended over the drain time rather than as soon as
   *     possible: {@code --drain-strategy}
   */
  public ListenerManager(
      WorkerGroup workers,
      ControlThread control,
      StatsStore store,
      long drainMillis,
      boolean gradualDrain) {
    this.workers = workers;
    this.control = control;
    this.stats = new ListenerManagerStats(store.control());
    this.drainMillis = drainMillis;
    this.gradualDrain = gradualDrain;
    stats.workersStarted.set(1);
  }

  /**
   * Starts a listener or puts a new version of it in use. What it was loaded with must be warm.
   *
   * @param unused called when no connection uses this version any more, also when this call fails
   * @return completes when all workers accept with this version; fails with {@link BindException}
   *     or what a filter threw, in which case an old version stays in use
   */
  public CompletionStage<Void> addOrUpdate(ListenerConfig config, Runnable unused) {
    return inOrder(() -> put(config, unused));
  }

  private CompletionStage<Void> put(ListenerConfig config, Runnable unused) {
    return ListenerVersion.open(config, workers.workers(), handOffs, control, unused)
        .thenCompose(version -> put(version, active.get(config.name())))
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                stats.createFailure.inc();
              }
            });
  }

  private CompletionStage<Void> put(ListenerVersion version, @Nullable Active old) {
    if (old != null && old.sockets().fit(version.config())) {
      old.sockets().retarget(version.targets());
      replace(version, old.sockets(), old);
      return CompletableFuture.completedStage(null);
    }
    return ListenSockets.open(workers.workers(), version.config(), version.targets(), control)
        .handle(
            (sockets, failure) -> {
              if (failure != null) {
                version.retire();
                throw BindException.of(failure);
              }
              replace(version, sockets, old);
              if (old != null) {
                old.sockets().close();
              }
              return null;
            });
  }

  private void replace(ListenerVersion version, ListenSockets sockets, @Nullable Active old) {
    String name = version.config().name();
    version.activate();
    version.setHealthCheckFailed(healthCheckFailed);
    active.put(name, new Active(version, sockets));
    applyAccepting(version, sockets);
    stats.createSuccess.add(workers.concurrency());
    stats.active.set(active.size());
    if (old == null) {
      stats.added.inc();
      LOG.info("added listener '{}'", name);
    } else {
      boolean inPlace = version.config().identity().equals(old.version().config().identity());
      (inPlace ? stats.inPlaceUpdated : stats.modified).inc();
      drain(old.version(), inPlace ? chainsOf(version.config()) : Set.of());
      LOG.info("updated listener '{}'", name);
    }
    publish();
  }

  private static Set<ByteString> chainsOf(ListenerConfig config) {
    Set<ByteString> identities =
        config.chains().stream().map(FilterChainConfig::identity).collect(Collectors.toSet());
    FilterChainConfig other = config.defaultChain();
    if (other != null) {
      identities.add(other.identity());
    }
    return identities;
  }

  /** Stops a listener and drains its connections; nothing happens if there is none of that name. */
  public CompletionStage<Void> remove(String name) {
    return inOrder(
        () -> {
          Active old = active.remove(name);
          if (old != null) {
            old.sockets().close();
            stats.removed.inc();
            stats.active.set(active.size());
            drain(old.version(), Set.of());
            publish();
            LOG.info("removed listener '{}'", name);
          }
          return CompletableFuture.completedStage(null);
        });
  }

  private void drain(ListenerVersion version, Set<ByteString> survivors) {
    draining.add(version);
    stats.draining.set(draining.size());
    version.startDrain(gradualDrain ? drainMillis : 0, survivors);
    version.retire();
    control.schedule(
        () -> {
          version.endDrain();
          draining.remove(version);
          stats.draining.set(draining.size());
        },
        drainMillis);
  }

  /**
   * Stops accepting, without touching connections: {@code /drain_listeners}.
   *
   * @param inboundOnly only listeners whose traffic direction is inbound
   */
  public void stop(boolean inboundOnly) {
    forEach(
        inboundOnly,
        listener -> {
          listener.sockets().close();
          stats.stopped.inc();
        });
  }

  /** Begins to end the connections of all listeners at good moments, over the drain time. */
  public void startDrain(boolean inboundOnly) {
    forEach(
        inboundOnly,
        listener -> listener.version().startDrain(gradualDrain ? drainMillis : 0, Set.of()));
  }

  /** Whether listeners accept connections, those apart that are left alone under overload. */
  public void setAccepting(boolean now) {
    accepting = now;
    active.values().forEach(listener -> applyAccepting(listener.version(), listener.sockets()));
  }

  private void applyAccepting(ListenerVersion version, ListenSockets sockets) {
    sockets.setAccepting(accepting || version.config().load().bypass());
  }

  private void forEach(boolean inboundOnly, Consumer<Active> action) {
    Predicate<Active> wanted =
        listener ->
            !inboundOnly || listener.version().config().direction() == TrafficDirection.INBOUND;
    active.values().stream().filter(wanted).forEach(action);
  }

  /** While the health check fails, connections end at the next good moment. */
  public void setHealthCheckFailed(boolean failed) {
    healthCheckFailed = failed;
    active.values().forEach(listener -> listener.version().setHealthCheckFailed(failed));
  }

  /**
   * Ends everything at once, as the process exits.
   *
   * @return completes when no worker uses any listener any more
   */
  public CompletionStage<Void> close() {
    var versions = new ArrayList<>(draining);
    for (Active listener : active.values()) {
      listener.sockets().close();
      listener.version().retire();
      versions.add(listener.version());
    }
    versions.forEach(version -> version.closeConnections("server_shutdown"));
    active.clear();
    publish();
    return CompletableFuture.allOf(
        versions.stream()
            .map(version -> version.closed().toCompletableFuture())
            .toArray(CompletableFuture[]::new));
  }

  /** The listeners that serve now, in order of their addition. Any thread. */
  public List<BoundListener> listeners() {
    return snapshot;
  }

  private void publish() {
    snapshot =
        active.values().stream()
            .map(
                listener -> {
                  ListenerConfig config = listener.version().config();
                  List<SocketAddress> bound = listener.sockets().bound();
                  return new BoundListener(config, bound.isEmpty() ? config.addresses() : bound);
                })
            .toList();
  }

  private CompletionStage<Void> inOrder(Supplier<CompletionStage<Void>> step) {
    CompletionStage<Void> next =
        last.handle((_, _) -> null).thenComposeAsync(_ -> step.get(), control);
    last = next;
    return next;
  }
}
