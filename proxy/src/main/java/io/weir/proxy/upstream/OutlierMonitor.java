package io.weir.proxy.upstream;

import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostMonitor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * One host's record for outlier detection. Outcomes come from all workers; ejection state belongs
 * to the control thread.
 */
final class OutlierMonitor implements HostMonitor {
  private final OutlierDetector detector;
  private final Host host;
  private final OutlierSettings settings;
  private final AtomicInteger consecutive5xx = new AtomicInteger();
  private final AtomicInteger consecutiveGateway = new AtomicInteger();
  private final AtomicInteger consecutiveLocal = new AtomicInteger();
  final Rate external = new Rate();
  final Rate local = new Rate();

  // ---- owned by the control thread
  int backoff;
  long ejectedNanos;
  long jitterMillis;
  int ejections;
  EjectionKind lastKind = EjectionKind.CONSECUTIVE_5XX;
  private long actionNanos;
  private boolean acted;

  void lastAction(EjectionKind kind, long now) {
    lastKind = kind;
    actionNanos = now;
    acted = true;
  }

  /** Milliseconds since the host was ejected or taken back; negative when it never was. */
  long sinceLastAction(long now) {
    return acted ? (now - actionNanos) / 1_000_000 : -1;
  }

  OutlierMonitor(OutlierDetector detector, Host host, OutlierSettings settings) {
    this.detector = detector;
    this.host = host;
    this.settings = settings;
  }

  /** Requests of the interval that runs, and of the last one. */
  static final class Rate {
    private final LongAdder total = new LongAdder();
    private final LongAdder success = new LongAdder();
    private long lastTotal;
    private long lastSuccess;

    void add(boolean good) {
      total.increment();
      if (good) {
        success.increment();
      }
    }

    /** Ends the interval. */
    void roll() {
      lastTotal = total.sumThenReset();
      lastSuccess = Math.min(success.sumThenReset(), lastTotal);
    }

    long volume() {
      return lastTotal;
    }

    /** Percent of the last interval's requests that went well. */
    double rate() {
      return lastTotal == 0 ? 100 : 100.0 * lastSuccess / lastTotal;
    }
  }

  Host host() {
    return host;
  }

  @Override
  public void putResponseCode(int code) {
    boolean error = code >= 500 && code < 600;
    external.add(!error);
    if (!error) {
      clear(consecutive5xx);
      clear(consecutiveGateway);
      return;
    }
    if (code >= 502 && code <= 504) {
      long limit = settings.runtime("consecutive_gateway_failure", settings.consecutiveGateway());
      if (consecutiveGateway.incrementAndGet() == limit) {
        detector.onConsecutive(this, EjectionKind.CONSECUTIVE_GATEWAY_FAILURE);
      }
    } else {
      clear(consecutiveGateway);
    }
    if (consecutive5xx.incrementAndGet()
        == settings.runtime("consecutive_5xx", settings.consecutive5xx())) {
      detector.onConsecutive(this, EjectionKind.CONSECUTIVE_5XX);
    }
  }

  @Override
  public void putResult(Result result, int code) {
    if (!settings.splitLocal()) {
      switch (result) {
        case EXTERNAL_REQUEST_SUCCESS -> putResponseCode(code == 0 ? 200 : code);
        case LOCAL_CONNECT_SUCCESS -> {}
        case LOCAL_TIMEOUT -> putResponseCode(code == 0 ? 504 : code);
        case LOCAL_CONNECT_FAILED -> putResponseCode(code == 0 ? 503 : code);
      }
      return;
    }
    switch (result) {
      case EXTERNAL_REQUEST_SUCCESS -> putResponseCode(200);
      case LOCAL_CONNECT_SUCCESS -> {
        local.add(true);
        clear(consecutiveLocal);
      }
      case LOCAL_CONNECT_FAILED, LOCAL_TIMEOUT -> {
        local.add(false);
        long limit =
            settings.runtime("consecutive_local_origin_failure", settings.consecutiveLocal());
        if (consecutiveLocal.incrementAndGet() == limit) {
          detector.onConsecutive(this, EjectionKind.CONSECUTIVE_LOCAL_ORIGIN_FAILURE);
        }
      }
    }
  }

  @Override
  public void putResponseTime(long millis) {}

  void reset(EjectionKind kind) {
    switch (kind) {
      case CONSECUTIVE_5XX -> clear(consecutive5xx);
      case CONSECUTIVE_GATEWAY_FAILURE -> clear(consecutiveGateway);
      case CONSECUTIVE_LOCAL_ORIGIN_FAILURE -> clear(consecutiveLocal);
      default -> {}
    }
  }

  void resetAll() {
    clear(consecutive5xx);
    clear(consecutiveGateway);
    clear(consecutiveLocal);
  }

  /** Spares the write that would take the cache line from other workers. */
  private static void clear(AtomicInteger count) {
    if (count.get() != 0) {
      count.set(0);
    }
  }
}
