package io.weir.proxy.filter.connectionlimit;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Timer;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.filter.network.NetworkFilterCallbacks.CloseType;
import org.jspecify.annotations.Nullable;

/** Closes connections beyond the limit, at once or after a delay in which nothing is read. */
final class ConnectionLimit implements NetworkFilter {
  private final ConnectionLimitConfig config;
  private final Counter limited;
  private final Gauge active;
  private final NetworkFilterCallbacks callbacks;
  private boolean counted;
  private boolean refused;
  private @Nullable Timer delay;

  ConnectionLimit(
      ConnectionLimitConfig config,
      Counter limited,
      Gauge active,
      NetworkFilterCallbacks callbacks) {
    this.config = config;
    this.limited = limited;
    this.active = active;
    this.callbacks = callbacks;
  }

  @Override
  public FilterStatus onNewConnection() {
    if (!config.enabled()) {
      return FilterStatus.CONTINUE;
    }
    if (config.acquire()) {
      counted = true;
      active.inc();
      return FilterStatus.CONTINUE;
    }
    limited.inc();
    refused = true;
    if (config.delayMillis() > 0) {
      callbacks.readDisable(true);
      delay = callbacks.worker().newTimer(this::refuse);
      delay.arm(config.delayMillis());
    } else {
      refuse();
    }
    return FilterStatus.STOP_ITERATION;
  }

  @Override
  public FilterStatus onData(Buffer data, boolean endStream) {
    return refused ? FilterStatus.STOP_ITERATION : FilterStatus.CONTINUE;
  }

  private void refuse() {
    callbacks.close(CloseType.NO_FLUSH, "over_connection_limit");
  }

  @Override
  public void onClose(boolean byPeer) {
    if (counted) {
      config.release();
      active.dec();
    }
    if (delay != null) {
      delay.cancel();
    }
  }
}
