package io.weir.proxy.pool;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.weir.filter.Timer;
import io.weir.filter.Worker;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the first of a host's addresses that answers (RFC 8305, "happy eyeballs"): the next
 * one is tried when one fails, and beside it when it takes long. Belongs to one worker.
 */
final class AddressRace {
  private static final long DELAY_MILLIS = 300;

  private final List<SocketAddress> addresses;
  private final Function<SocketAddress, ChannelFuture> connect;
  private final Consumer<ChannelFuture> outcome;
  private final List<Channel> running = new ArrayList<>();
  private final @Nullable Timer timer;
  private int next;
  private boolean over;

  /**
   * @param connect begins an attempt
   * @param outcome told once, of the attempt that succeeded or of the last that failed
   */
  AddressRace(
      List<SocketAddress> addresses,
      Worker worker,
      Function<SocketAddress, ChannelFuture> connect,
      Consumer<ChannelFuture> outcome) {
    this.addresses = addresses;
    this.connect = connect;
    this.outcome = outcome;
    this.timer = addresses.size() > 1 ? worker.newTimer(this::tryNext) : null;
  }

  void start() {
    tryNext();
  }

  private void tryNext() {
    if (over || next == addresses.size()) {
      return;
    }
    ChannelFuture attempt = connect.apply(addresses.get(next++));
    running.add(attempt.channel());
    if (timer != null && next < addresses.size()) {
      timer.arm(DELAY_MILLIS);
    }
    attempt.addListener(_ -> onEnd(attempt));
  }

  private void onEnd(ChannelFuture attempt) {
    running.remove(attempt.channel());
    if (over) {
      attempt.channel().close();
    } else if (attempt.isSuccess()) {
      stop();
      outcome.accept(attempt);
    } else if (next < addresses.size()) {
      attempt.channel().close();
      tryNext();
    } else if (running.isEmpty()) {
      stop();
      outcome.accept(attempt);
    }
  }

  /** Ends all attempts that still run. */
  void stop() {
    over = true;
    if (timer != null) {
      timer.cancel();
    }
    running.forEach(Channel::close);
    running.clear();
  }
}
