package io.weir.proxy.network;

import io.weir.filter.FilterState.LifeSpan;
import io.weir.filter.Protocol;
import io.weir.filter.StreamInfo;
import io.weir.filter.StreamInfo.ByteCounter;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.cluster.WorkerCluster.ConnectFailure;
import io.weir.proxy.cluster.WorkerCluster.TcpConnect;
import io.weir.proxy.http.codec.ResponseDecoder;
import io.weir.proxy.http.codec.StreamCallbacks;
import io.weir.proxy.http.codec.WireBytes;
import io.weir.proxy.pool.HttpPool;
import io.weir.proxy.pool.PoolCallbacks;
import io.weir.proxy.pool.PoolFailure;
import io.weir.proxy.pool.PooledStream;
import io.weir.proxy.pool.StreamingCluster;
import org.jspecify.annotations.Nullable;

/**
 * A tunnel through an HTTP proxy: the body of a CONNECT or POST request is what goes up, the body
 * of its response what comes down. Stands when the response's head has come. Belongs to the
 * connection's worker.
 */
final class TunnelUpstream
    implements TcpUpstream, TcpConnect, ResponseDecoder, StreamCallbacks, PoolCallbacks {
  private static final ByteCounter[] UPSTREAM_BYTES = {
    ByteCounter.UPSTREAM_WIRE_BYTES_SENT,
    ByteCounter.UPSTREAM_WIRE_BYTES_RECEIVED,
    ByteCounter.UPSTREAM_HEADER_BYTES_SENT,
    ByteCounter.UPSTREAM_HEADER_BYTES_RECEIVED,
    ByteCounter.UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT,
    ByteCounter.UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED
  };

  private final Tunnelling settings;
  private final StreamInfo info;
  private final Opening opening;
  private final Listener listener;
  private HttpPool.@Nullable PendingStream pending;
  private @Nullable PooledStream stream;
  private boolean secure;
  private boolean open;
  private boolean requestEnded;
  private boolean responseEnded;
  private boolean over;

  /** The outcome of an attempt to open a tunnel. */
  interface Opening {
    void onTunnel(TunnelUpstream tunnel);

    /**
     * No tunnel.
     *
     * @param upstream the host that was tried, null when none was chosen
     */
    void onNoTunnel(ConnectFailure failure, StreamInfo.@Nullable UpstreamInfo upstream);
  }

  TunnelUpstream(Tunnelling settings, StreamInfo info, Opening opening, Listener listener) {
    this.settings = settings;
    this.info = info;
    this.opening = opening;
    this.listener = listener;
  }

  /** Asks for a stream; the outcome may come before this returns. */
  void open(StreamingCluster cluster, LoadBalancerContext context) {
    Host host = cluster.choose(context);
    if (host == null) {
      fail(ConnectFailure.NO_HEALTHY_HOST);
      return;
    }
    secure = cluster.secure();
    HttpPool pool = cluster.pool(host, false, context.downstream(), null, null);
    if (pool == null) {
      fail(ConnectFailure.OVERFLOW);
      return;
    }
    HttpPool.PendingStream waits = pool.newStream(this, this);
    if (!over && stream == null) {
      pending = waits;
    }
  }

  private void fail(ConnectFailure failure) {
    if (over) {
      return;
    }
    PooledStream broken = stream;
    end();
    opening.onNoTunnel(failure, facts(broken));
  }

  private static StreamInfo.@Nullable UpstreamInfo facts(@Nullable PooledStream of) {
    return of == null ? null : of.connection().facts().withoutProtocol();
  }

  private void end() {
    over = true;
    noteBytes();
    PooledStream was = stream;
    stream = null;
    if (was != null) {
      was.reset(this, StreamResetReason.LOCAL_RESET);
    }
  }

  @Override
  public void cancel() {
    if (pending != null) {
      pending.cancel();
      pending = null;
    }
    end();
  }

  @Override
  public void onPoolReady(PooledStream ready, StreamInfo.UpstreamInfo upstream) {
    pending = null;
    stream = ready;
    if (over) {
      end();
      return;
    }
    ready.stream().addCallbacks(this);
    info.setUpstream(ready.connection().facts().withoutProtocol());
    if (ready.encodeHeaders(settings.request(info, secure), false) != null) {
      fail(ConnectFailure.LOCAL_FAILURE);
    }
  }

  @Override
  public void onPoolFailure(PoolFailure failure, String transportFailure) {
    pending = null;
    fail(
        switch (failure) {
          case OVERFLOW -> ConnectFailure.OVERFLOW;
          case LOCAL_CONNECTION_FAILURE -> ConnectFailure.LOCAL_FAILURE;
          case REMOTE_CONNECTION_FAILURE -> ConnectFailure.REMOTE_FAILURE;
          case TIMEOUT -> ConnectFailure.TIMEOUT;
        });
  }

  // ---- what comes down

  @Override
  public void decode1xxHeaders(HeaderMap headers) {}

  @Override
  public void decodeHeaders(HeaderMap headers, boolean endStream) {
    if (over) {
      return;
    }
    if (settings.keepHeaders()) {
      keep(TunnelHeaders.HEADERS, headers);
    }
    int status = headers.find(HeaderName.STATUS);
    if (endStream || status < 0 || headers.valueAsLong(status) / 100 != 2) {
      fail(ConnectFailure.REMOTE_FAILURE);
      return;
    }
    open = true;
    opening.onTunnel(this);
  }

  private void keep(String name, HeaderMap headers) {
    info.filterState().set(name, TunnelHeaders.of(headers), false, LifeSpan.CONNECTION, false);
  }

  @Override
  public void decodeData(Buffer data, boolean endStream) {
    if (over) {
      return;
    }
    if (data.length() > 0) {
      listener.onUpstreamData((NettyBuffer) data);
    }
    if (endStream) {
      onResponseEnd();
    }
  }

  @Override
  public void decodeTrailers(HeaderMap trailers) {
    if (over) {
      return;
    }
    if (settings.keepTrailers()) {
      keep(TunnelHeaders.TRAILERS, trailers);
    }
    onResponseEnd();
  }

  private void onResponseEnd() {
    responseEnded = true;
    listener.onUpstreamEnd();
    PooledStream from = stream;
    if (from != null
        && !settings.post()
        && from.connection().facts().protocol() != Protocol.HTTP_2) {
      // Its connection ended with the response: what the peer still sends has nowhere to go.
      end();
      listener.onUpstreamClosed(this);
      return;
    }
    endIfBothEnded();
  }

  private void endIfBothEnded() {
    if (requestEnded && responseEnded && !over) {
      noteBytes();
      stream = null;
      over = true;
      listener.onUpstreamClosed(this);
    }
  }

  @Override
  public void onResetStream(StreamResetReason reason, String transportFailure) {
    noteBytes();
    PooledStream broken = stream;
    stream = null;
    if (over) {
      return;
    }
    over = true;
    if (open) {
      listener.onUpstreamClosed(this);
    } else {
      opening.onNoTunnel(ConnectFailure.REMOTE_FAILURE, facts(broken));
    }
  }

  @Override
  public void onAboveWriteBufferHighWatermark() {
    if (open && !over) {
      listener.onUpstreamWritable(false);
    }
  }

  @Override
  public void onBelowWriteBufferLowWatermark() {
    if (open && !over) {
      listener.onUpstreamWritable(true);
    }
  }

  /** Before its stream is somebody else's. */
  private void noteBytes() {
    noteBytes(info);
  }

  @Override
  public void noteBytes(StreamInfo to) {
    PooledStream of = stream;
    if (of == null) {
      return;
    }
    WireBytes wire = of.stream().wireBytes();
    for (ByteCounter counter : UPSTREAM_BYTES) {
      to.setByteCount(counter, wire.get(counter));
    }
  }

  // ---- what goes up

  @Override
  public void start() {}

  @Override
  public void write(Buffer data, boolean endStream) {
    PooledStream to = stream;
    if (to == null || requestEnded) {
      data.clear();
      return;
    }
    requestEnded = endStream;
    to.encodeData(data, endStream);
    endIfBothEnded();
  }

  @Override
  public void readDisable(boolean disable) {
    if (stream != null && !responseEnded) {
      stream.stream().readDisable(disable);
    }
  }

  @Override
  public void close(boolean flush) {
    end();
  }

  @Override
  public boolean hasPendingWrites() {
    return false;
  }
}
