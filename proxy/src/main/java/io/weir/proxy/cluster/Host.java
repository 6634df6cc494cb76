package io.weir.proxy.cluster;

import io.weir.filter.Metadata;
import io.weir.filter.NodeInfo.Locality;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A member of a cluster. Lives as long as the cluster lists its address; what the configuration
 * says about it may change. Shared by all workers: flags are changed by the control thread only
 * (and by a worker that saw an immediate failure), counts are rows per worker, and each worker has
 * a slot for its own state.
 */
public final class Host {
  private static final VarHandle FLAGS;

  static {
    try {
      FLAGS = MethodHandles.lookup().findVarHandle(Host.class, "flags", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final SocketAddress address;
  private final String addressText;
  private final HostStats stats;
  private final long createdNanos;
  private final @Nullable Object[] workerState;
  private volatile Endpoint endpoint;
  private volatile @Nullable HostMonitor monitor;
  private volatile @Nullable HostFeedback feedback;
  private @Nullable Object owner;
  private volatile boolean removed;
  private volatile boolean used;

  @SuppressWarnings("unused")
  private volatile int flags;

  /**
   * @param addressText as logs and {@code /clusters} print it
   * @param createdNanos monotonic, for slow start
   */
  public Host(Endpoint endpoint, String addressText, int workers, long createdNanos) {
    this.address = endpoint.address();
    this.addressText = addressText;
    this.endpoint = endpoint;
    this.stats = new HostStats(workers);
    this.createdNanos = createdNanos;
    this.workerState = new Object[workers];
  }

  public SocketAddress address() {
    return address;
  }

  public String addressText() {
    return addressText;
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  public void setEndpoint(Endpoint changed) {
    endpoint = changed;
  }

  public int weight() {
    return endpoint.weight();
  }

  public Metadata metadata() {
    return endpoint.metadata();
  }

  public Locality locality() {
    return endpoint.locality();
  }

  public String hostname() {
    return endpoint.hostname();
  }

  public HostStats stats() {
    return stats;
  }

  public long createdNanos() {
    return createdNanos;
  }

  /** Outlier detection's view of the host, null without outlier detection. */
  public @Nullable HostMonitor monitor() {
    return monitor;
  }

  public void setMonitor(HostMonitor newMonitor) {
    monitor = newMonitor;
  }

  /** What made the host: tells which cluster it belongs to. */
  public @Nullable Object owner() {
    return owner;
  }

  /** Before the host is published. */
  public void setOwner(Object maker) {
    owner = maker;
  }

  /** What the balancing policy learns of the host, null when it does not care. */
  public @Nullable HostFeedback feedback() {
    return feedback;
  }

  public void setFeedback(@Nullable HostFeedback told) {
    feedback = told;
  }

  /** Whether the cluster does not list the host any more. */
  public boolean removed() {
    return removed;
  }

  public void setRemoved() {
    removed = true;
  }

  /** Marks that somebody chose the host; for hosts that live only as long as they are used. */
  public void markUsed() {
    if (!used) {
      used = true;
    }
  }

  /** Whether the host was chosen since the last call. */
  public boolean takeUsed() {
    boolean was = used;
    used = false;
    return was;
  }

  // ---- health

  public boolean has(HostFlag flag) {
    return (flags & flag.bit()) != 0;
  }

  public int flags() {
    return flags;
  }

  /** Sets or clears a flag; returns whether that changed anything. */
  public boolean set(HostFlag flag, boolean on) {
    int before =
        on
            ? (int) FLAGS.getAndBitwiseOr(this, flag.bit())
            : (int) FLAGS.getAndBitwiseAnd(this, ~flag.bit());
    return (before & flag.bit()) != 0 != on;
  }

  public HostFlag.Health health() {
    int now = flags;
    if ((now & HostFlag.UNHEALTHY_MASK) != 0) {
      return HostFlag.Health.UNHEALTHY;
    }
    return (now & HostFlag.DEGRADED_MASK) != 0 ? HostFlag.Health.DEGRADED : HostFlag.Health.HEALTHY;
  }

  // ---- a worker's own state, its pools

  /** The state that a worker keeps here; on that worker's thread. */
  public @Nullable Object workerState(int worker) {
    return workerState[worker];
  }

  public void setWorkerState(int worker, @Nullable Object state) {
    workerState[worker] = state;
  }

  @Override
  public String toString() {
    return addressText;
  }
}
