package io.weir.proxy.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.weir.filter.Protocol;
import io.weir.filter.Timer;
import io.weir.filter.buffer.Buffer;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.cluster.CircuitBreakers.Resource;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostStats.Kind;
import io.weir.proxy.http.codec.ClientCodec;
import io.weir.proxy.http.codec.CodecConnection;
import io.weir.proxy.http.codec.Http1ClientCodec;
import io.weir.proxy.http.codec.Http2ClientCodec;
import io.weir.proxy.http.codec.RawClientCodec;
import io.weir.proxy.http.codec.ResponseDecoder;
import io.weir.proxy.tls.TransportSockets;
import org.jspecify.annotations.Nullable;

/**
 * A pooled connection to a host and its codec: the last handler of its channel. Bytes written are
 * flushed when the event loop's batch ends. Owned by its pool, on one worker.
 */
public final class UpstreamConnection extends ChannelInboundHandlerAdapter
    implements CodecConnection, ClientCodec.Callbacks {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final HttpPool pool;
  private final PoolScope scope;
  private final Host host;
  private final Runnable flush = this::flushNow;
  private final NettyBuffer in;
  private final Channel channel;
  private final ClientCodec codec;
  private final ConnectionFacts facts;
  private final long startNanos;
  private final Timer idleTimer;
  private @Nullable Timer lifeTimer;
  private int streams;
  private long begun;
  private int maxStreams = 1;
  private long streamsLeft;
  private int readDisables;
  private boolean goingAway;
  private boolean closed;
  private boolean closedLocally;
  private boolean aboveWatermark;
  private boolean brokenOff;
  private boolean protocolError;
  private boolean flushScheduled;
  private boolean flushing;

  UpstreamConnection(HttpPool pool, Channel channel, ConnectionFacts facts) {
    this.pool = pool;
    this.scope = pool.scope();
    this.host = pool.host();
    this.channel = channel;
    this.facts = facts;
    this.in = new NettyBuffer(scope.worker().allocator());
    this.startNanos = scope.worker().nanoTime();
    if (pool.raw()) {
      this.codec = new RawClientCodec(scope.worker(), this);
      channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    } else if (facts.protocol() == Protocol.HTTP_2) {
      this.codec =
          new Http2ClientCodec(
              scope.worker(), this, this, scope.config().http2(), scope.stats().http2());
    } else {
      this.codec = new Http1ClientCodec(scope.worker(), this, this, scope.config().http1());
    }
    int limit = pool.raw() ? 1 : scope.config().maxRequestsPerConnection();
    this.streamsLeft = limit == 0 ? Long.MAX_VALUE : limit;
    this.idleTimer = scope.worker().newTimer(this::onIdle);
    if (scope.config().maxConnectionMillis() > 0) {
      lifeTimer = scope.worker().newTimer(this::onMaxDuration);
      lifeTimer.arm(scope.config().maxConnectionMillis());
    }
  }

  /** The handler stands in its channel: the connection may be used. */
  void start() {
    if (codec instanceof Http2ClientCodec http2) {
      http2.start();
    }
    channel.config().setAutoRead(true);
  }

  PoolScope scope() {
    return scope;
  }

  Host host() {
    return host;
  }

  ClientCodec codec() {
    return codec;
  }

  public ConnectionFacts facts() {
    return facts;
  }

  /** When the connection was established. */
  public long startNanos() {
    return startNanos;
  }

  boolean closed() {
    return closed;
  }

  /** How many more streams may begin now. */
  int capacity() {
    if (goingAway || closed) {
      return 0;
    }
    return (int) Math.min(maxStreams - streams, streamsLeft);
  }

  int streams() {
    return streams;
  }

  /** Begins a stream; there must be capacity. */
  PooledStream newStream(ResponseDecoder user, boolean highPriority) {
    idleTimer.cancel();
    streams++;
    begun++;
    if (--streamsLeft == 0) {
      scope.stats().cxMaxRequests.inc();
    }
    return new PooledStream(this, user, highPriority);
  }

  void onStreamEnd() {
    streams--;
    pool.onStreamEnd(this);
    if (streams == 0 && !closed) {
      if (!goingAway && streamsLeft > 0) {
        armIdleTimer();
      } else if (codec.protocol() == Protocol.HTTP_2) {
        // The end of the last response is not delivered yet, and closing would reset its stream.
        scope.worker().execute(this::closeUnlessInUse);
      } else {
        close();
      }
    }
  }

  private void closeUnlessInUse() {
    if (streams == 0) {
      close();
    }
  }

  void armIdleTimer() {
    if (scope.config().idleTimeoutMillis() > 0) {
      idleTimer.arm(scope.config().idleTimeoutMillis());
    }
  }

  private void onIdle() {
    if (streams == 0 && !closed) {
      scope.stats().cxIdleTimeout.inc();
      close();
    }
  }

  private void onMaxDuration() {
    scope.stats().cxMaxDuration.inc();
    drain();
  }

  /** Takes no more streams, and closes when the last has ended. */
  void drain() {
    if (closed) {
      return;
    }
    goingAway = true;
    if (streams == 0) {
      close();
    } else {
      pool.onCapacityChanged(this);
    }
  }

  /** Closes at once; streams are reset. */
  void close() {
    if (!closed) {
      closedLocally = true;
      channel.close();
      onClosed("");
    }
  }

  // ---- from the channel

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (closed) {
      bytes.release();
      return;
    }
    scope.stats().cxRxBytes.add(bytes.readableBytes());
    in.append(bytes);
    String problem = codec.dispatch(in);
    if (problem != null) {
      countProtocolError();
      close();
    }
  }

  /** The stream that ends now does so before its time, and the connection with it. */
  void noteBrokenOff() {
    brokenOff = true;
  }

  /** Counts that the peer broke the protocol, once. */
  void countProtocolError() {
    if (!protocolError) {
      protocolError = true;
      scope.stats().cxProtocolError.inc();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (!channel.isWritable() && !aboveWatermark && !closed && !flushing) {
      // Only what the socket does not take is to slow senders down.
      flushNow();
    }
    boolean above = !channel.isWritable();
    if (above == aboveWatermark || closed) {
      return;
    }
    aboveWatermark = above;
    ClusterStats stats = scope.stats();
    if (above) {
      stats.flowBackedUp.inc();
      codec.onConnectionAboveWriteBufferHighWatermark();
    } else {
      stats.flowDrained.inc();
      codec.onConnectionBelowWriteBufferLowWatermark();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (!closed
        && (event instanceof ChannelInputShutdownEvent
            || event == SslCloseCompletionEvent.SUCCESS)) {
      codec.onPeerEnded();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    onClosed("");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!closed) {
      channel.close();
      onClosed(facts.tls() == null ? "" : TransportSockets.failureReason(cause));
    }
  }

  private void onClosed(String transportFailure) {
    if (closed) {
      return;
    }
    closed = true;
    idleTimer.cancel();
    if (lifeTimer != null) {
      lifeTimer.cancel();
    }
    count();
    codec.onConnectionClosed(transportFailure);
    in.release();
    pool.onClosed(this);
  }

  private void count() {
    ClusterStats stats = scope.stats();
    stats.cxDestroy.inc();
    (closedLocally ? stats.cxDestroyLocal : stats.cxDestroyRemote).inc();
    if (streams > 0 && !codec.endsWithConnection() || brokenOff) {
      stats.cxDestroyWithActiveRq.inc();
      (closedLocally ? stats.cxDestroyLocalWithActiveRq : stats.cxDestroyRemoteWithActiveRq).inc();
    }
    stats.cxActive.dec();
    stats.rqPerCx.record(begun);
    stats.cxLengthMillis.record((scope.worker().nanoTime() - startNanos) / NANOS_PER_MILLI);
    scope.breakers(pool.highPriority()).dec(Resource.CONNECTIONS);
    host.stats().dec(scope.worker().index(), Kind.CX_ACTIVE);
  }

  // ---- for the codec

  @Override
  public void write(Buffer data) {
    if (closed) {
      data.clear();
      return;
    }
    scope.stats().cxTxBytes.add(data.length());
    channel.write(((NettyBuffer) data).takeAll(), channel.voidPromise());
    if (!flushScheduled) {
      flushScheduled = true;
      channel.eventLoop().execute(flush);
    }
  }

  private void flushNow() {
    flushScheduled = false;
    flushing = true;
    channel.flush();
    flushing = false;
  }

  @Override
  public void readDisable(boolean disable) {
    if (closed) {
      return;
    }
    readDisables += disable ? 1 : -1;
    if (disable && readDisables == 1) {
      scope.stats().flowPaused.inc();
      channel.config().setAutoRead(false);
    } else if (!disable && readDisables == 0) {
      scope.stats().flowResumed.inc();
      channel.config().setAutoRead(true);
    }
  }

  @Override
  public void endOutput() {
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            done -> {
              if (done.isSuccess() && !closed && channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
              }
            });
  }

  @Override
  public long unsentBytes() {
    return channel.unsafe().outboundBuffer() == null
        ? 0
        : channel.unsafe().outboundBuffer().totalPendingWriteBytes();
  }

  @Override
  public void atEndOfBatch(Runnable task) {
    scope.worker().atEndOfBatch(task);
  }

  @Override
  public void closeAfterReset(String details) {
    close();
  }

  @Override
  public long bufferLimit() {
    return scope.config().bufferLimit();
  }

  @Override
  public void onGoAway() {
    if (!goingAway) {
      goingAway = true;
      if (codec.protocol() == Protocol.HTTP_2) {
        scope.stats().cxCloseNotify.inc();
      }
      pool.onCapacityChanged(this);
    }
  }

  @Override
  public void onMaxStreamsChanged(int max) {
    maxStreams = max;
    pool.onCapacityChanged(this);
  }
}
