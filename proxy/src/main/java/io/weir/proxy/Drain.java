package io.weir.proxy;

import io.weir.filter.Stats.HistogramUnit;
import io.weir.proxy.admin.AdminInterface;
import io.weir.proxy.config.Options;
import io.weir.proxy.config.ServerState;
import io.weir.proxy.listener.ListenerManager;
import io.weir.proxy.stats.HistogramSnapshot;
import io.weir.proxy.stats.StatsStore;
import io.weir.proxy.stats.StatsVisitor;
import io.weir.proxy.worker.ControlThread;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the proxy, or parts of it, without losing requests. Any thread. */
final class Drain implements AdminInterface.Operations {
  private static final Logger LOG = LoggerFactory.getLogger("main");
  private static final long POLL_MILLIS = 20;

  private final ServerState state;
  private final ListenerManager listeners;
  private final StatsStore stats;
  private final ControlThread control;
  private final Options options;
  private final Runnable terminate;
  private final AtomicBoolean ending = new AtomicBoolean();

  Drain(
      ServerState state,
      ListenerManager listeners,
      StatsStore stats,
      ControlThread control,
      Options options,
      Runnable terminate) {
    this.state = state;
    this.listeners = listeners;
    this.stats = stats;
    this.control = control;
    this.options = options;
    this.terminate = terminate;
  }

  /** Stops accepting, waits for what is under way, then ends the process. */
  void shutDown(long limitMillis) {
    if (!ending.compareAndSet(false, true)) {
      // Asked twice: do not wait.
      terminate.run();
      return;
    }
    LOG.info("draining for at most {} ms", limitMillis);
    state.enter(ServerState.Phase.DRAINING);
    control.execute(
        () -> {
          listeners.stop(false);
          listeners.startDrain(false);
          await(limitMillis);
        });
  }

  private void await(long leftMillis) {
    if (leftMillis <= 0 || active() == 0) {
      terminate.run();
    } else {
      control.schedule(() -> await(leftMillis - POLL_MILLIS), POLL_MILLIS);
    }
  }

  /** Requests under way, and connections that are not HTTP. */
  private long active() {
    var work = new ActiveWork();
    stats.visit(work);
    return work.requests + work.connections - work.httpConnections;
  }

  /** {@code /drain_listeners}. */
  @Override
  public void drainListeners(boolean inboundOnly, boolean graceful, boolean skipExit) {
    control.execute(
        () -> {
          if (graceful || skipExit) {
            listeners.startDrain(inboundOnly);
          }
          if (skipExit) {
            return;
          }
          if (graceful) {
            control.schedule(() -> listeners.stop(inboundOnly), options.drainSeconds() * 1000);
          } else {
            listeners.stop(inboundOnly);
          }
        });
  }

  /** {@code /healthcheck/fail} and {@code /healthcheck/ok}. */
  @Override
  public void failHealthChecks(boolean fail) {
    state.failHealthChecks(fail);
    control.execute(() -> listeners.setHealthCheckFailed(fail));
  }

  /** {@code /quitquitquit}: ends the process now. */
  @Override
  public void quit() {
    state.enter(ServerState.Phase.DRAINING);
    terminate.run();
  }

  @Override
  public void reopenLogs() {}

  /** Adds up the gauges that tell what is under way. */
  private static final class ActiveWork implements StatsVisitor {
    private long requests;
    private long connections;
    private long httpConnections;

    @Override
    public void counter(String name, long value) {}

    @Override
    public void gauge(String name, long value) {
      boolean http = name.startsWith("http.");
      if (http && name.endsWith(".downstream_rq_active")) {
        requests += value;
      } else if (http && name.endsWith(".downstream_cx_active")) {
        httpConnections += value;
      } else if (name.startsWith("listener.")
          && name.endsWith(".downstream_cx_active")
          && !name.contains(".worker_")) {
        connections += value;
      }
    }

    @Override
    public void histogram(String name, HistogramUnit unit, HistogramSnapshot snapshot) {}
  }
}
