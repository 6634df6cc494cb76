package io.weir.proxy.config;

import java.time.Duration;

/** Where the process is in its life. Any thread. */
public final class ServerState {
  private final long startNanos = System.nanoTime();
  private volatile Phase phase = Phase.PRE_INITIALIZING;
  private volatile boolean healthFailed;

  /** Envoy's {@code ServerInfo.State}. */
  public enum Phase {
    /** Static clusters are not ready. */
    PRE_INITIALIZING,
    /** Dynamic clusters and listeners are not ready. */
    INITIALIZING,
    LIVE,
    DRAINING
  }

  /** The phase as it is shown: whoever fails health checks on request is draining. */
  public Phase phase() {
    return healthFailed ? Phase.DRAINING : phase;
  }

  public boolean live() {
    return phase() == Phase.LIVE;
  }

  public void enter(Phase next) {
    phase = next;
  }

  /** {@code /healthcheck/fail} and {@code /healthcheck/ok}. */
  public void failHealthChecks(boolean fail) {
    healthFailed = fail;
  }

  public boolean healthFailed() {
    return healthFailed;
  }

  public Duration uptime() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
