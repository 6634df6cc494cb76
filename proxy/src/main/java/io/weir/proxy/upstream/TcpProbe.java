package io.weir.proxy.upstream;

import io.netty.buffer.Unpooled;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.worker.EventLoopWorker;
import java.util.List;

/** Sends bytes and waits for others; connecting is enough when there is nothing to send. */
final class TcpProbe implements HealthProbe, ProbeLink.Listener {
  private final HealthCheckSettings.Tcp settings;
  private final ProbeLink link;
  private final Outcome outcome;
  private final NettyBuffer received;

  TcpProbe(
      HealthCheckSettings.Tcp settings, EventLoopWorker worker, ProbeLink link, Outcome outcome) {
    this.settings = settings;
    this.link = link;
    this.outcome = outcome;
    this.received = new NettyBuffer(worker.allocator());
  }

  @Override
  public void send() {
    received.release();
    if (link.connected()) {
      ask();
    } else {
      link.connect(this);
    }
  }

  @Override
  public void onConnected() {
    if (settings.receive().isEmpty()) {
      // That there is a connection is the answer; it is not kept.
      link.close();
      outcome.onSuccess(false);
    } else {
      ask();
    }
  }

  private void ask() {
    if (settings.send().length > 0) {
      link.write(Unpooled.wrappedBuffer(settings.send()));
    }
  }

  @Override
  public void onData(NettyBuffer data) {
    data.moveTo(received);
    if (matches(received.toByteArray(), settings.receive())) {
      received.release();
      outcome.onSuccess(false);
    }
  }

  /** Whether the patterns occur in the text, one behind the other. */
  static boolean matches(byte[] text, List<byte[]> patterns) {
    int at = 0;
    for (byte[] pattern : patterns) {
      at = find(text, pattern, at);
      if (at < 0) {
        return false;
      }
      at += pattern.length;
    }
    return true;
  }

  private static int find(byte[] text, byte[] pattern, int from) {
    for (int i = from; i <= text.length - pattern.length; i++) {
      if (java.util.Arrays.equals(text, i, i + pattern.length, pattern, 0, pattern.length)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void onClosed() {
    outcome.onFailure(Outcome.Failure.NETWORK);
  }

  @Override
  public void abandon() {
    received.release();
    link.close();
  }
}
