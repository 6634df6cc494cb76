package io.weir.proxy.config;

import io.weir.proxy.worker.ControlThread;
import io.weir.xds.ProblemList;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client of one xDS server: keeps a stream open, subscribes on it to what is watched, and
 * answers every response with an ACK or with a NACK that holds all problems. Reconnects with
 * exponential back-off; what was taken stays in use meanwhile.
 */
final class DiscoveryClient implements ResourceSource, Wire.Listener {
  private static final Logger LOG = LoggerFactory.getLogger("config");
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long FIRST_BACKOFF_MILLIS = 500;
  private static final long LAST_BACKOFF_MILLIS = 30_000;

  /** Opens a stream of one protocol variant. */
  interface Connector {
    Wire open(DiscoveryClient client);

    /** The server, for logs. */
    String target();

    void close();
  }

  private final ControlThread control;
  private final Connector connector;
  private final ControlPlaneStats stats;
  private final RandomGenerator random;
  private final Map<ResourceType, TypeState> types = new EnumMap<>(ResourceType.class);
  private @Nullable Wire wire;
  private long backoff = FIRST_BACKOFF_MILLIS;
  private boolean flushPlanned;
  private boolean closed;

  DiscoveryClient(
      ControlThread control, Connector connector, ControlPlaneStats stats, RandomGenerator random) {
    this.control = control;
    this.connector = connector;
    this.stats = stats;
    this.random = random;
  }

  void connect() {
    if (!closed) {
      types.values().forEach(TypeState::forgetStream);
      wire = connector.open(this);
      planFlush();
    }
  }

  // ---- watching

  @Override
  public void watch(ResourceType type, String name, SourceWatcher watcher, long timeoutMillis) {
    types.computeIfAbsent(type, TypeState::new).watch(control, name, watcher, timeoutMillis);
    stats.asked(type);
    planFlush();
  }

  @Override
  public void unwatch(ResourceType type, String name, SourceWatcher watcher) {
    TypeState state = types.get(type);
    if (state != null) {
      state.remove(name, watcher);
      planFlush();
    }
  }

  /** Subscriptions made by one task go out together, in the order of the types. */
  private void planFlush() {
    if (!flushPlanned && !closed) {
      flushPlanned = true;
      control.execute(this::flush);
    }
  }

  private void flush() {
    flushPlanned = false;
    Wire open = wire;
    if (open == null) {
      return;
    }
    for (TypeState state : types.values()) {
      if (state.changed()) {
        open.subscribe(state);
      }
    }
  }

  // ---- the stream

  @Override
  public void onOpen(Wire opened) {
    control.execute(
        () -> {
          if (opened == wire) {
            stats.connected(true);
            LOG.debug("connected to {}", connector.target());
          }
        });
  }

  @Override
  public void onResponse(Wire from, Runnable handle) {
    control.execute(
        () -> {
          if (from == wire) {
            backoff = FIRST_BACKOFF_MILLIS;
            handle.run();
          }
        });
  }

  @Override
  public void onClosed(Wire which, String reason) {
    control.execute(
        () -> {
          if (which == wire) {
            wire = null;
            stats.connected(false);
            types.values().forEach(state -> state.onFailure(state.named()));
            types.keySet().forEach(stats::failed);
            reconnect(reason);
          }
        });
  }

  private void reconnect(String reason) {
    if (closed) {
      return;
    }
    long delay = random.nextLong(backoff / 2, backoff);
    backoff = Math.min(backoff * 2, LAST_BACKOFF_MILLIS);
    LOG.warn(
        "xDS stream to {} ended: {}; trying again in {} ms", connector.target(), reason, delay);
    control.schedule(this::connect, delay);
  }

  /** Takes a response of the delta protocol. */
  void onDelta(
      Wire from,
      ResourceType type,
      List<Resource> changed,
      Collection<String> removed,
      String version,
      String nonce) {
    TypeState state = types.computeIfAbsent(type, TypeState::new);
    apply(from, state, changed, removed, version, nonce);
  }

  /** Takes a response of the state-of-the-world protocol. */
  void onState(Wire from, ResourceType type, List<Resource> all, String version, String nonce) {
    TypeState state = types.computeIfAbsent(type, TypeState::new);
    List<String> removed = List.of();
    if (type.wildcard()) {
      var present = all.stream().map(Resource::name).toList();
      removed = state.taken().keySet().stream().filter(name -> !present.contains(name)).toList();
    }
    List<Resource> changed =
        all.stream()
            .filter(
                resource -> {
                  Resource old = state.taken().get(resource.name());
                  return old == null || !old.body().equals(resource.body());
                })
            .toList();
    apply(from, state, changed, removed, version, nonce);
  }

  private void apply(
      Wire from,
      TypeState state,
      List<Resource> changed,
      Collection<String> removed,
      String version,
      String nonce) {
    var problems = new ProblemList();
    long begin = System.nanoTime();
    state.deliver(changed, removed, problems);
    boolean something = !changed.isEmpty() || !removed.isEmpty();
    long millis = (System.nanoTime() - begin) / NANOS_PER_MILLI;
    stats.update(state.type(), problems.isEmpty(), version, something, millis);
    problems.errors().forEach(problem -> LOG.warn("rejected: {}", problem));
    from.answer(state, nonce, problems);
    planFlush();
  }

  /** A response that could not even be read. */
  void onUnreadable(Wire from, ResourceType type, String nonce, String reason) {
    var problems = new ProblemList(type.messageName());
    problems.add("", reason);
    stats.update(type, false, "", false, 0);
    from.answer(types.computeIfAbsent(type, TypeState::new), nonce, problems);
  }

  @Override
  public void close() {
    closed = true;
    Wire open = wire;
    wire = null;
    if (open != null) {
      open.close();
    }
    connector.close();
  }
}
