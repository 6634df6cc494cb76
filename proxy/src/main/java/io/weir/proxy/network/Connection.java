package io.weir.proxy.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.weir.filter.Timer;
import io.weir.filter.network.NetworkFilterCallbacks.CloseType;
import io.weir.filter.network.NetworkFilterWorker;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.worker.EventLoopWorker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One downstream connection: the last handler of its channel, and what its network filters act on.
 * Bytes read wait in one buffer until the filters take them; bytes written are flushed when the
 * event loop's batch ends. Owned by its worker, ends when the channel does.
 */
public final class Connection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger("connection");
  private static final int NO_LIMIT = Integer.MAX_VALUE;

  /** Open; closing: the rest is being written or the peer is given time; closed. */
  private enum State {
    OPEN,
    CLOSING,
    CLOSED
  }

  private final Channel channel;
  private final EventLoopWorker worker;
  private final ConnectionStreamInfo streamInfo;
  private final ConnectionOwner owner;
  private final NettyBuffer readBuffer;
  private final NetworkFilterChain filters;
  private final long bufferLimit;
  private final Runnable flush = this::flushNow;
  private State state = State.OPEN;
  private int readDisables;
  private boolean readBufferFull;
  private boolean resumeScheduled;
  private boolean halfClose;
  private boolean peerEnded;
  private boolean endDelivered;
  private boolean writeEnded;
  private boolean aboveHighWatermark;
  private long uncounted;
  private boolean flushScheduled;
  private boolean flushing;
  private boolean destroyed;
  private long delayedCloseMillis;
  private @Nullable Timer closeTimer;

  /**
   * @param bufferLimit bytes that may wait in either direction before the sender is slowed down; 0
   *     for no limit
   * @param filters the chain's filters, in order
   */
  public Connection(
      Channel channel,
      EventLoopWorker worker,
      ConnectionStreamInfo streamInfo,
      long bufferLimit,
      NetworkFilterWorker[] filters,
      ConnectionOwner owner) {
    this.channel = channel;
    this.worker = worker;
    this.streamInfo = streamInfo;
    this.bufferLimit = bufferLimit;
    this.owner = owner;
    this.readBuffer = new NettyBuffer(worker.allocator());
    channel.config().setWriteBufferWaterMark(waterMark(bufferLimit));
    this.filters = new NetworkFilterChain(this, filters);
  }

  private static WriteBufferWaterMark waterMark(long limit) {
    int high = limit == 0 ? NO_LIMIT : (int) Math.min(limit, NO_LIMIT);
    return new WriteBufferWaterMark(Math.max(1, high / 2), Math.max(1, high));
  }

  /** Tells the filters that there is a connection; call once the channel is registered. */
  public void start() {
    runFilters(0, false);
  }

  public EventLoopWorker worker() {
    return worker;
  }

  public Channel channel() {
    return channel;
  }

  public DownstreamConnectionInfo info() {
    return streamInfo.connection();
  }

  public ConnectionStreamInfo streamInfo() {
    return streamInfo;
  }

  ByteBufAllocator allocator() {
    return worker.allocator();
  }

  long bufferLimit() {
    return bufferLimit;
  }

  long unsentBytes() {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting == null ? 0 : waiting.totalPendingWriteBytes();
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  boolean canWrite() {
    return state == State.OPEN && !writeEnded;
  }

  boolean aboveWriteBufferHighWatermark() {
    return aboveHighWatermark;
  }

  void enableHalfClose(boolean enabled) {
    halfClose = enabled;
  }

  void setDelayedCloseTimeout(long millis) {
    delayedCloseMillis = millis;
  }

  boolean drainClose() {
    return owner.drainClose();
  }

  void post(Runnable task) {
    worker.execute(
        () -> {
          if (!destroyed) {
            guarded(task);
          }
        });
  }

  // Reading.

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      return;
    }
    if (state != State.OPEN) {
      // The peer is read to the end while a close is delayed, so that it gets no reset.
      bytes.release();
      return;
    }
    // The end of the peer is read even while reading is stopped, and what is before it with it.
    uncounted += bytes.readableBytes();
    readBuffer.append(bytes);
    if (readDisables == 0) {
      deliver(0);
    }
  }

  private void deliver(int index) {
    if (uncounted > 0) {
      streamInfo.addBytesReceived(uncounted);
      uncounted = 0;
    }
    boolean end = peerEnded && halfClose;
    if (readBuffer.length() == 0 && (!end || endDelivered)) {
      return;
    }
    runFilters(index, end);
  }

  /** Goes on at a filter with the read buffer as it is. */
  void continueReading(int index) {
    if (state == State.OPEN) {
      runFilters(index, peerEnded && halfClose);
    }
  }

  private void runFilters(int index, boolean end) {
    endDelivered |= end;
    try {
      filters.read(index, readBuffer, end);
    } catch (Throwable e) {
      onFilterFailure(e);
    }
    limitReadBuffer();
  }

  /** Stops reading while filters leave more than the limit in the buffer. */
  private void limitReadBuffer() {
    boolean full = bufferLimit > 0 && readBuffer.length() > bufferLimit;
    if (full != readBufferFull && state == State.OPEN) {
      readBufferFull = full;
      updateAutoRead();
    }
  }

  void readDisable(boolean disable) {
    if (state == State.CLOSED) {
      return;
    }
    readDisables += disable ? 1 : -1;
    if (readDisables < 0) {
      throw new IllegalStateException("reading was resumed more often than stopped");
    }
    updateAutoRead();
    if (readDisables == 0 && !resumeScheduled && hasUndelivered()) {
      resumeScheduled = true;
      worker.execute(this::resume);
    }
  }

  private boolean hasUndelivered() {
    return readBuffer.length() > 0 || (peerEnded && halfClose && !endDelivered);
  }

  private void resume() {
    resumeScheduled = false;
    if (state == State.OPEN && readDisables == 0) {
      deliver(0);
    }
  }

  private void updateAutoRead() {
    if (peerEnded) {
      return;
    }
    boolean read = state != State.OPEN || (readDisables == 0 && !readBufferFull);
    if (channel.config().isAutoRead() != read) {
      channel.config().setAutoRead(read);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent || event == SslCloseCompletionEvent.SUCCESS) {
      onPeerEnded();
    }
  }

  private void onPeerEnded() {
    if (peerEnded || state == State.CLOSED) {
      return;
    }
    peerEnded = true;
    if (state == State.CLOSING || !halfClose) {
      // A connection without half-close ends with its peer, whatever is still to be read.
      closeChannel(true);
      return;
    }
    if (readDisables == 0) {
      deliver(0);
    }
    closeWhenBothEnded();
  }

  // Writing.

  /** Sends bytes through the write filters; takes all of them. */
  void write(NettyBuffer data, boolean endStream) {
    if (canWrite()) {
      filters.write(filters.length(), data, endStream);
    }
    data.release();
  }

  /** Sends bytes past the filters. */
  void writeToPeer(NettyBuffer data, boolean endStream) {
    if (!canWrite()) {
      data.release();
      return;
    }
    streamInfo.addBytesSent(data.length());
    ByteBuf slice;
    while ((slice = data.poll()) != null) {
      channel.write(slice, channel.voidPromise());
    }
    if (endStream) {
      writeEnded = true;
      endOutput();
    } else {
      scheduleFlush();
    }
  }

  private void endOutput() {
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            done -> {
              if (done.isSuccess() && state == State.OPEN) {
                SslHandler tls = channel.pipeline().get(SslHandler.class);
                if (tls != null) {
                  tls.closeOutbound();
                } else if (channel instanceof DuplexChannel duplex) {
                  duplex.shutdownOutput();
                }
                closeWhenBothEnded();
              }
            });
  }

  private void closeWhenBothEnded() {
    if (state == State.OPEN && peerEnded && endDelivered && writeEnded) {
      close(CloseType.FLUSH_WRITE, "");
    }
  }

  private void scheduleFlush() {
    if (!flushScheduled) {
      flushScheduled = true;
      worker.atEndOfBatch(flush);
    }
  }

  private void flushNow() {
    flushScheduled = false;
    if (state != State.CLOSED) {
      flushing = true;
      channel.flush();
      flushing = false;
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (!channel.isWritable() && !aboveHighWatermark && !flushing) {
      // Only what the socket does not take is to slow senders down.
      flushNow();
    }
    boolean above = !channel.isWritable();
    if (above == aboveHighWatermark || state != State.OPEN) {
      return;
    }
    aboveHighWatermark = above;
    if (above) {
      guarded(filters::onAboveWriteBufferHighWatermark);
    } else {
      guarded(filters::onBelowWriteBufferLowWatermark);
    }
  }

  // Closing.

  /** Closes as {@code type} says; further calls may only make it more urgent. */
  public void close(CloseType type, String details) {
    if (state == State.CLOSED) {
      return;
    }
    info().setLocalCloseReason(details);
    switch (type) {
      case ABORT_RESET -> {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        closeChannel(false);
      }
      case NO_FLUSH -> closeChannel(false);
      case FLUSH_WRITE -> flushThenClose(false);
      case FLUSH_WRITE_AND_DELAY -> flushThenClose(true);
    }
  }

  private void flushThenClose(boolean delay) {
    if (state == State.CLOSING) {
      return;
    }
    state = State.CLOSING;
    readBuffer.release();
    updateAutoRead();
    if (delayedCloseMillis > 0) {
      // Also bounds how long the peer may take to read the rest.
      closeTimer = worker.newTimer(() -> closeChannel(false));
      closeTimer.arm(delayedCloseMillis);
    }
    boolean wait = delay && delayedCloseMillis > 0;
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            done -> {
              if (state != State.CLOSING) {
                return;
              }
              if (wait && done.isSuccess() && !peerEnded) {
                armDelay();
              } else {
                closeChannel(false);
              }
            });
  }

  private void armDelay() {
    if (closeTimer != null) {
      closeTimer.arm(delayedCloseMillis);
    }
  }

  private void closeChannel(boolean byPeer) {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    if (closeTimer != null) {
      closeTimer.cancel();
    }
    if (byPeer && flushScheduled) {
      // What was written before the peer's end was seen may still reach it.
      channel.flush();
    }
    channel.close();
    guarded(() -> filters.onClose(byPeer));
    // Later: a filter may be further up in this very stack.
    worker.execute(this::destroy);
  }

  private void destroy() {
    if (destroyed) {
      return;
    }
    destroyed = true;
    streamInfo.markEnd(worker.nanoTime());
    guarded(filters::destroy);
    readBuffer.release();
    owner.onConnectionEnded(this);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    closeChannel(true);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (state != State.CLOSED) {
      LOG.debug("[C{}] connection error: {}", info().id(), cause.toString());
      closeChannel(true);
    }
  }

  /** Keeps a failing filter from harming anything but its own connection. */
  private void guarded(Runnable call) {
    try {
      call.run();
    } catch (Throwable e) {
      onFilterFailure(e);
    }
  }

  private void onFilterFailure(Throwable failure) {
    LOG.error("[C{}] a network filter failed; closing the connection", info().id(), failure);
    if (state != State.CLOSED) {
      close(CloseType.NO_FLUSH, "network_filter_failure");
    }
  }
}
