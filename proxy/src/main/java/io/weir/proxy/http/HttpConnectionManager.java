package io.weir.proxy.http;

import io.weir.filter.Protocol;
import io.weir.filter.ResponseFlag;
import io.weir.filter.Timer;
import io.weir.filter.TlsInfo;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.filter.network.NetworkFilterCallbacks.CloseType;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.http.codec.CodecConnection;
import io.weir.proxy.http.codec.CodecError;
import io.weir.proxy.http.codec.Http1ServerCodec;
import io.weir.proxy.http.codec.Http2ServerCodec;
import io.weir.proxy.http.codec.RequestDecoder;
import io.weir.proxy.http.codec.ResponseEncoder;
import io.weir.proxy.http.codec.ServerCodec;
import io.weir.proxy.overload.LoadShedPoint;
import io.weir.proxy.overload.OverloadAction;
import io.weir.proxy.overload.OverloadTimer;
import io.weir.proxy.overload.WorkerOverload;
import io.weir.proxy.worker.EventLoopWorker;
import org.jspecify.annotations.Nullable;

/**
 * HTTP on one downstream connection: the last network filter of its chain. Makes streams, watches
 * the connection's and the streams' times with one timer, decides when the connection ends. Owned
 * by the connection's worker.
 */
final class HttpConnectionManager implements NetworkFilter, CodecConnection, ServerCodec.Callbacks {
  private static final long NANOS_PER_MILLI = 1_000_000L;
  private static final long NEVER = Long.MAX_VALUE;
  private static final String OVERLOAD = "overload";
  private static final String DISCONNECT = "downstream_remote_disconnect";
  private static final String TOO_MANY_RESETS = "too_many_premature_resets";
  private static final String LOCAL_DISCONNECT = "downstream_local_disconnect";

  private enum Drain {
    NONE,
    /** The peer was told, or will be with the next response. */
    DRAINING,
    /** The connection ends with the streams that there are. */
    CLOSING
  }

  // The list of the worker's connections.
  @Nullable HttpConnectionManager next;
  @Nullable HttpConnectionManager previous;

  final HcmWorker hcm;
  final NetworkFilterCallbacks callbacks;
  private final Worker worker;
  private final HcmStats stats;
  private final WorkerOverload overload;
  private final long startNanos;
  private final Timer timer;
  private final Runnable resume = this::resumeReading;
  private final Runnable sent = this::closeWhenSent;
  private final PrematureResets prematureResets;
  private @Nullable ServerCodec codec;
  private @Nullable ActiveStream firstStream;
  private Drain drain = Drain.NONE;
  // Whether the protocol has many streams at a time.
  private boolean multiplexed;
  private boolean dispatching;
  private boolean closed;
  private boolean closing;
  private boolean resumePosted;
  private boolean pausedForPipelining;
  private long requests;
  private long armedFor = NEVER;
  private long idleSince;
  private long headSince = NEVER;
  private long drainEnds = NEVER;

  HttpConnectionManager(HcmWorker hcm, NetworkFilterCallbacks callbacks) {
    this.hcm = hcm;
    this.callbacks = callbacks;
    this.worker = callbacks.worker();
    this.stats = hcm.stats;
    this.overload = hcm.overload;
    this.startNanos = worker.nanoTime();
    this.idleSince = startNanos;
    this.timer = worker.newTimer(this::onTimer);
    this.prematureResets = new PrematureResets(worker);
  }

  // ---- the connection

  @Override
  public FilterStatus onNewConnection() {
    hcm.add(this);
    stats.cxTotal.inc();
    stats.cxActive.inc();
    if (callbacks.connection().secure()) {
      stats.cxSslTotal.inc();
      stats.cxSslActive.inc();
    }
    callbacks.setDelayedCloseTimeout(hcm.config.timeouts().delayedClose());
    watch(idleDeadline());
    watch(maxDurationDeadline());
    return FilterStatus.CONTINUE;
  }

  @Override
  public FilterStatus onData(Buffer data, boolean endStream) {
    stats.cxRxBytesTotal.add(data.length());
    dispatch((NettyBuffer) data);
    return FilterStatus.STOP_ITERATION;
  }

  private void dispatch(NettyBuffer data) {
    if (closed) {
      data.drain(data.length());
      return;
    }
    ServerCodec engine = codec;
    if (engine == null) {
      Protocol spoken = protocol(data);
      if (spoken == null) {
        return;
      }
      if (overload.sheds(LoadShedPoint.HCM_ONDATA_CREATING_CODEC)) {
        data.drain(data.length());
        stats.rqOverloadClose.inc();
        close(CloseType.NO_FLUSH, OVERLOAD);
        return;
      }
      engine = newCodec(spoken);
    }
    if (overload.active() && shedDispatch(engine, data)) {
      return;
    }
    String failure;
    dispatching = true;
    try {
      failure = engine.dispatch(data);
    } finally {
      dispatching = false;
    }
    if (failure != null) {
      onCodecFailure(failure);
    } else {
      afterDispatch(engine);
    }
  }

  /** What is done under load before bytes are looked at; whether the connection has ended. */
  private boolean shedDispatch(ServerCodec engine, NettyBuffer data) {
    if (overload.sheds(LoadShedPoint.HTTP2_SERVER_GO_AWAY_AND_CLOSE_ON_DISPATCH)) {
      data.drain(data.length());
      engine.shutdownNotice();
      closeStreams(ResponseFlag.OVERLOAD_MANAGER, OVERLOAD);
      close(CloseType.FLUSH_WRITE_AND_DELAY, OVERLOAD);
      return true;
    }
    if (overload.sheds(LoadShedPoint.HTTP2_SERVER_GO_AWAY_ON_DISPATCH) && drain == Drain.NONE) {
      if (multiplexed) {
        drainGently();
      } else {
        drain = Drain.CLOSING;
      }
    }
    if (!multiplexed && overload.sheds(LoadShedPoint.HTTP1_SERVER_ABORT_DISPATCH)) {
      abort(engine, data);
      return true;
    }
    return false;
  }

  /** Answers instead of reading, and ends the connection. */
  private void abort(ServerCodec engine, NettyBuffer data) {
    data.drain(data.length());
    stats.rqOverloadClose.inc();
    if (firstStream == null) {
      engine.refuse(CodecError.OVERLOAD);
    }
    closeStreams(ResponseFlag.OVERLOAD_MANAGER, OVERLOAD);
    close(CloseType.FLUSH_WRITE_AND_DELAY, OVERLOAD);
  }

  /** An HTTP/1 stream that holds too much ends with its connection. */
  void closeForMemory() {
    closeStreams(ResponseFlag.OVERLOAD_MANAGER, "overload_manager");
    close(CloseType.NO_FLUSH, "overload_manager");
  }

  /** What is in force has changed. */
  void onOverload() {
    if (closing || closed) {
      return;
    }
    watch(idleDeadline());
    watch(maxDurationDeadline());
    long most = overload.resetFrom();
    for (ActiveStream each = firstStream; each != null; ) {
      ActiveStream following = each.next;
      if (most != Long.MAX_VALUE && each.heldBytes() >= most) {
        each.resetForMemory();
      } else {
        watch(each.deadline());
      }
      each = following;
    }
    if (firstStream == null
        && requests > 0
        && !closing
        && overload.concerns(OverloadAction.CLOSE_IDLE_HTTP_CONNECTIONS)) {
      drain = Drain.CLOSING;
      close(CloseType.FLUSH_WRITE, OVERLOAD);
    }
  }

  /** What the peer speaks; null while too little has come to know. */
  private @Nullable Protocol protocol(NettyBuffer data) {
    switch (hcm.config.codecType()) {
      case HTTP1 -> {
        return Protocol.HTTP_11;
      }
      case HTTP2 -> {
        return Protocol.HTTP_2;
      }
      case AUTO -> {
        TlsInfo tls = callbacks.connection().tls();
        if (tls != null && !tls.alpn().isEmpty()) {
          return tls.alpn().equals("h2") ? Protocol.HTTP_2 : Protocol.HTTP_11;
        }
        int known = Http2ServerCodec.sniff(data);
        return known == 0 ? null : known > 0 ? Protocol.HTTP_2 : Protocol.HTTP_11;
      }
    }
    return Protocol.HTTP_11;
  }

  private ServerCodec newCodec(Protocol spoken) {
    ServerCodec made;
    multiplexed = spoken == Protocol.HTTP_2;
    if (multiplexed) {
      made = new Http2ServerCodec(worker, this, this, hcm.config.http2(), hcm.http2Stats());
      hcm.http2Stats().countDownstream();
      stats.cxHttp2Total.inc();
      stats.cxHttp2Active.inc();
    } else {
      made = new Http1ServerCodec(worker, this, this, hcm.config.http1());
      stats.cxHttp1Total.inc();
      stats.cxHttp1Active.inc();
    }
    codec = made;
    callbacks.streamInfo().setProtocol(spoken);
    return made;
  }

  private void onCodecFailure(String details) {
    stats.cxProtocolError.inc();
    closeStreams(ResponseFlag.DOWNSTREAM_PROTOCOL_ERROR, details);
    close(CloseType.FLUSH_WRITE_AND_DELAY, details);
  }

  private void afterDispatch(ServerCodec engine) {
    if (closing) {
      return;
    }
    if (engine.hasPending() && firstStream != null && !pausedForPipelining) {
      // The peer sent ahead: it waits until the present request is answered.
      pausedForPipelining = true;
      callbacks.readDisable(true);
    }
    long limit = hcm.config.timeouts().requestHeaders();
    if (limit > 0) {
      if (!engine.headBegun()) {
        headSince = NEVER;
      } else if (headSince == NEVER) {
        headSince = worker.nanoTime();
        watch(headSince + limit * NANOS_PER_MILLI);
      }
    }
  }

  @Override
  public void onClose(boolean byPeer) {
    if (closed) {
      return;
    }
    boolean active = firstStream != null;
    closed = true;
    closing = true;
    hcm.remove(this);
    chargeDestroy(byPeer, active);
    timer.cancel();
    if (codec != null) {
      closeStreams(
          ResponseFlag.DOWNSTREAM_CONNECTION_TERMINATION, byPeer ? DISCONNECT : LOCAL_DISCONNECT);
      codec.onConnectionClosed();
    }
  }

  private void chargeDestroy(boolean byPeer, boolean active) {
    stats.cxActive.dec();
    stats.cxDestroy.inc();
    (byPeer ? stats.cxDestroyRemote : stats.cxDestroyLocal).inc();
    if (active) {
      stats.cxDestroyActiveRq.inc();
      (byPeer ? stats.cxDestroyRemoteActiveRq : stats.cxDestroyLocalActiveRq).inc();
    }
    if (callbacks.connection().secure()) {
      stats.cxSslActive.dec();
    }
    if (codec != null) {
      (multiplexed ? stats.cxHttp2Active : stats.cxHttp1Active).dec();
    }
    stats.cxLength.record((worker.nanoTime() - startNanos) / NANOS_PER_MILLI);
  }

  private void closeStreams(ResponseFlag flag, String details) {
    while (firstStream != null) {
      firstStream.onConnectionLost(flag, details);
    }
  }

  @Override
  public void onAboveWriteBufferHighWatermark() {
    if (codec != null) {
      codec.onConnectionAboveWriteBufferHighWatermark();
    }
  }

  @Override
  public void onBelowWriteBufferLowWatermark() {
    if (codec != null) {
      codec.onConnectionBelowWriteBufferLowWatermark();
    }
  }

  private void close(CloseType type, String details) {
    closing = true;
    timer.cancel();
    if (codec != null) {
      codec.goAway();
    }
    callbacks.close(type, details);
  }

  // ---- under the codec

  @Override
  public void write(Buffer data) {
    stats.cxTxBytesTotal.add(data.length());
    callbacks.write(data, false);
  }

  @Override
  public void readDisable(boolean disable) {
    if (!closed) {
      callbacks.readDisable(disable);
    }
  }

  @Override
  public void closeAfterReset(String details) {
    closing = true;
    callbacks.close(CloseType.FLUSH_WRITE_AND_DELAY, details);
  }

  @Override
  public long bufferLimit() {
    return callbacks.bufferLimit();
  }

  @Override
  public long unsentBytes() {
    return callbacks.unsentBytes();
  }

  @Override
  public void atEndOfBatch(Runnable task) {
    if (worker instanceof EventLoopWorker eventLoop) {
      eventLoop.atEndOfBatch(task);
    } else {
      task.run();
    }
  }

  // ---- streams

  @Override
  public RequestDecoder newStream(ResponseEncoder encoder) {
    headSince = NEVER;
    requests++;
    long most = hcm.config.maxRequestsPerConnection();
    if (most > 0 && requests >= most && drain == Drain.NONE) {
      stats.cxMaxRequestsReached.inc();
      if (multiplexed) {
        drainGently();
      } else {
        drain = Drain.CLOSING;
      }
    }
    return add(new ActiveStream(this, encoder, codec().protocol(), null));
  }

  /** Another stream takes the place of {@code old}, which must end at once. */
  ActiveStream startOver(ActiveStream old, ResponseEncoder encoder) {
    return add(new ActiveStream(this, encoder, codec().protocol(), old));
  }

  private ActiveStream add(ActiveStream stream) {
    stats.rqTotal.inc();
    stats.rqActive.inc();
    (multiplexed ? stats.rqHttp2Total : stats.rqHttp1Total).inc();
    stream.next = firstStream;
    if (firstStream != null) {
      firstStream.previous = stream;
    }
    firstStream = stream;
    stream.start();
    return stream;
  }

  ServerCodec codec() {
    ServerCodec engine = codec;
    if (engine == null) {
      throw new IllegalStateException("no codec yet");
    }
    return engine;
  }

  /** Takes a finished stream off the connection and decides what becomes of that. */
  void removeStream(ActiveStream stream) {
    if (stream.previous != null) {
      stream.previous.next = stream.next;
    } else {
      firstStream = stream.next;
    }
    if (stream.next != null) {
      stream.next.previous = stream.previous;
    }
    stats.rqActive.dec();
    if (closing || closed) {
      return;
    }
    if (multiplexed && prematureResets.tooMany(stream)) {
      onTooManyResets();
      return;
    }
    if (firstStream != null) {
      return;
    }
    idleSince = worker.nanoTime();
    if (drain == Drain.CLOSING) {
      if (codec().hasUnsent()) {
        // The codec calls when the rest of the responses has gone out.
        return;
      }
      // A client that asked for the end and has sent all gets no reset from an early close.
      boolean agreed = stream.clientCloses() && stream.requestComplete();
      close(agreed ? CloseType.FLUSH_WRITE : CloseType.FLUSH_WRITE_AND_DELAY, "");
      return;
    }
    watch(idleDeadline());
    if (codec().hasPending() && !dispatching && !resumePosted) {
      // Later: what ends the stream may still be at work with it.
      resumePosted = true;
      worker.execute(resume);
    } else if (pausedForPipelining && dispatching) {
      pausedForPipelining = false;
      callbacks.readDisable(false);
    }
  }

  private void onTooManyResets() {
    stats.rqTooManyPrematureResets.inc();
    closeStreams(ResponseFlag.DOWNSTREAM_CONNECTION_TERMINATION, TOO_MANY_RESETS);
    closing = true;
    timer.cancel();
    callbacks.close(CloseType.NO_FLUSH, TOO_MANY_RESETS);
  }

  @Override
  public void onResponseWasted() {
    if (!closing && !closed && prematureResets.wasted()) {
      onTooManyResets();
    }
  }

  private void resumeReading() {
    resumePosted = false;
    if (closing) {
      return;
    }
    if (pausedForPipelining) {
      pausedForPipelining = false;
      callbacks.readDisable(false);
    }
    if (firstStream == null) {
      dispatch((NettyBuffer) worker.newBuffer());
    }
  }

  // ---- draining

  /**
   * An HTTP/1 connection ends after the streams that there are: what follows could not be read, or
   * the client wants it so. Of a connection with many streams one does not decide.
   */
  void closeWhenIdle() {
    if (drain != Drain.CLOSING && !multiplexed) {
      drain = Drain.CLOSING;
      codec().goAway();
    }
  }

  /** A filter wants the connection to end. */
  void drainRequested() {
    if (!multiplexed) {
      closeWhenIdle();
    } else if (drain == Drain.NONE) {
      drainGently();
    }
  }

  /** Whether an HTTP/1 client must be told that the connection ends. */
  boolean ending() {
    return drain != Drain.NONE && !multiplexed;
  }

  @Override
  public void onSent() {
    if (drain == Drain.CLOSING && firstStream == null && !closing) {
      worker.execute(sent);
    }
  }

  private void closeWhenSent() {
    if (drain == Drain.CLOSING && firstStream == null && !closing) {
      close(CloseType.FLUSH_WRITE_AND_DELAY, "");
    }
  }

  /** Before a response's headers go out: whether the listener drains. */
  void checkDrain() {
    if (drain == Drain.NONE && callbacks.drainClose()) {
      stats.cxDrainClose.inc();
      startDrain();
    }
    if (drain == Drain.NONE && overload.concerns(OverloadAction.DISABLE_HTTP_KEEPALIVE)) {
      stats.cxOverloadDisableKeepalive.inc();
      startDrain();
    }
  }

  private void startDrain() {
    if (multiplexed) {
      drainGently();
    } else {
      drain = Drain.CLOSING;
      codec().goAway();
    }
  }

  /** Tells the peer to open no more streams, and gives it time to hear of it. */
  private void drainGently() {
    drain = Drain.DRAINING;
    codec().shutdownNotice();
    drainEnds = worker.nanoTime() + hcm.config.timeouts().drain() * NANOS_PER_MILLI;
    watch(drainEnds);
  }

  // ---- time

  /** Sees to it that {@link #onTimer} runs when that time has come. */
  void watch(long deadline) {
    if (deadline < armedFor && !closing) {
      armedFor = deadline;
      long delay = deadline - worker.nanoTime();
      timer.arm(Math.max(0, (delay + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI));
    }
  }

  private long idleDeadline() {
    long idle =
        overload.shortened(
            OverloadTimer.HTTP_DOWNSTREAM_CONNECTION_IDLE, hcm.config.timeouts().connectionIdle());
    return idle > 0 && firstStream == null && drain == Drain.NONE
        ? idleSince + idle * NANOS_PER_MILLI
        : NEVER;
  }

  private long maxDurationDeadline() {
    long most =
        overload.shortened(
            OverloadTimer.HTTP_DOWNSTREAM_CONNECTION_MAX,
            hcm.config.timeouts().maxConnectionDuration());
    return most > 0 && drain == Drain.NONE ? startNanos + most * NANOS_PER_MILLI : NEVER;
  }

  private void onTimer() {
    armedFor = NEVER;
    if (closing) {
      return;
    }
    long now = worker.nanoTime();
    for (ActiveStream each = firstStream; each != null; ) {
      ActiveStream following = each.next;
      each.onTime(now);
      each = following;
    }
    if (closing) {
      return;
    }
    if (headSince != NEVER
        && now - headSince >= hcm.config.timeouts().requestHeaders() * NANOS_PER_MILLI) {
      headSince = NEVER;
      stats.rqHeaderTimeout.inc();
      codec().refuse(CodecError.HEADERS_TIMEOUT);
      close(CloseType.FLUSH_WRITE_AND_DELAY, "request_header_timeout");
      return;
    }
    if (now >= idleDeadline()) {
      stats.cxIdleTimeout.inc();
      drainOrClose("on_idle_timeout");
    }
    if (now >= maxDurationDeadline()) {
      stats.cxMaxDurationReached.inc();
      drainOrClose("max_connection_duration");
    }
    if (now >= drainEnds) {
      drainEnds = NEVER;
      closeDrained();
    }
    watchAll();
  }

  /** A connection that was never used ends at once, another gives its peer time to leave. */
  private void drainOrClose(String details) {
    if (codec == null) {
      close(CloseType.FLUSH_WRITE, details);
    } else {
      drainGently();
    }
  }

  private void closeDrained() {
    if (firstStream == null && !codec().hasUnsent()) {
      close(CloseType.FLUSH_WRITE_AND_DELAY, "max_duration_timeout");
    } else if (drain != Drain.CLOSING) {
      drain = Drain.CLOSING;
      codec().goAway();
    }
  }

  private void watchAll() {
    watch(idleDeadline());
    watch(maxDurationDeadline());
    watch(drainEnds);
    if (headSince != NEVER) {
      watch(headSince + hcm.config.timeouts().requestHeaders() * NANOS_PER_MILLI);
    }
    for (ActiveStream each = firstStream; each != null; each = each.next) {
      watch(each.deadline());
    }
  }
}
