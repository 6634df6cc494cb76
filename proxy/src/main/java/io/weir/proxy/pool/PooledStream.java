package io.weir.proxy.pool;

import io.weir.filter.Protocol;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.cluster.CircuitBreakers.Resource;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostStats.Kind;
import io.weir.proxy.http.codec.CodecStream;
import io.weir.proxy.http.codec.RequestEncoder;
import io.weir.proxy.http.codec.ResponseDecoder;
import io.weir.proxy.http.codec.StreamCallbacks;
import org.jspecify.annotations.Nullable;

/**
 * A stream on a pooled connection. Stands between its user and the codec, so that the pool learns
 * when both directions have ended and the connection can serve the next stream. Belongs to one
 * worker.
 */
public final class PooledStream implements ResponseDecoder, RequestEncoder, StreamCallbacks {
  private final UpstreamConnection connection;
  private final ResponseDecoder user;
  private final boolean highPriority;
  private final RequestEncoder encoder;
  private boolean requestEnded;
  private boolean responseEnded;
  private boolean ended;

  PooledStream(UpstreamConnection connection, ResponseDecoder user, boolean highPriority) {
    this.connection = connection;
    this.user = user;
    this.highPriority = highPriority;
    PoolScope scope = connection.scope();
    scope.stats().rqTotal.inc();
    scope.stats().rqActive.inc();
    scope.breakers(highPriority).inc(Resource.REQUESTS);
    int worker = scope.worker().index();
    connection.host().stats().inc(worker, Kind.RQ_TOTAL);
    connection.host().stats().inc(worker, Kind.RQ_ACTIVE);
    this.encoder = connection.codec().newStream(this);
    encoder.stream().addCallbacks(this);
  }

  public Host host() {
    return connection.host();
  }

  public UpstreamConnection connection() {
    return connection;
  }

  /** Ends the stream; its user is told nothing. */
  public void reset(@Nullable StreamCallbacks silenced, StreamResetReason reason) {
    if (ended) {
      return;
    }
    if (silenced != null) {
      encoder.stream().removeCallbacks(silenced);
    }
    encoder.stream().resetStream(reason);
    // A codec that had ended the stream already tells nobody.
    end();
  }

  // ---- request

  @Override
  public @Nullable String encodeHeaders(HeaderMap headers, boolean endStream) {
    String problem = encoder.encodeHeaders(headers, endStream);
    if (problem == null && endStream) {
      onRequestEnd();
    }
    return problem;
  }

  @Override
  public void encodeData(Buffer data, boolean endStream) {
    encoder.encodeData(data, endStream);
    if (endStream) {
      onRequestEnd();
    }
  }

  @Override
  public void encodeTrailers(HeaderMap trailers) {
    encoder.encodeTrailers(trailers);
    onRequestEnd();
  }

  @Override
  public CodecStream stream() {
    return encoder.stream();
  }

  private void onRequestEnd() {
    requestEnded = true;
    if (responseEnded) {
      end();
    }
  }

  // ---- response

  @Override
  public void decode1xxHeaders(HeaderMap headers) {
    user.decode1xxHeaders(headers);
  }

  @Override
  public void decodeHeaders(HeaderMap headers, boolean endStream) {
    int close = headers.find(HeaderName.CONNECTION);
    if (close >= 0 && headers.value(close).equalsIgnoreCase("close")) {
      connection.scope().stats().cxCloseNotify.inc();
    }
    if (endStream) {
      onResponseEnd();
    }
    user.decodeHeaders(headers, endStream);
  }

  @Override
  public void decodeData(Buffer data, boolean endStream) {
    if (endStream) {
      onResponseEnd();
    }
    user.decodeData(data, endStream);
  }

  @Override
  public void decodeTrailers(HeaderMap trailers) {
    onResponseEnd();
    user.decodeTrailers(trailers);
  }

  private void onResponseEnd() {
    responseEnded = true;
    if (requestEnded) {
      end();
    }
  }

  // ---- the end

  @Override
  public void onResetStream(StreamResetReason reason, String transportFailure) {
    if (ended) {
      return;
    }
    if (connection.codec().protocol() == Protocol.HTTP_2) {
      count(reason, connection.scope().stats());
    } else {
      if (reason == StreamResetReason.PROTOCOL_ERROR) {
        connection.countProtocolError();
      }
      connection.noteBrokenOff();
    }
    end();
  }

  /** Only streams that share a connection are counted, as in Envoy. */
  private static void count(StreamResetReason reason, ClusterStats stats) {
    switch (reason) {
      case LOCAL_RESET, PROTOCOL_ERROR, OVERLOAD_MANAGER -> stats.rqTxReset.inc();
      case REMOTE_RESET -> stats.rqRxReset.inc();
      case CONNECTION_TERMINATION -> stats.rqPendingFailureEject.inc();
      default -> {}
    }
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    PoolScope scope = connection.scope();
    scope.stats().rqActive.dec();
    scope.breakers(highPriority).dec(Resource.REQUESTS);
    connection.host().stats().dec(scope.worker().index(), Kind.RQ_ACTIVE);
    connection.onStreamEnd();
  }

  @Override
  public void onAboveWriteBufferHighWatermark() {}

  @Override
  public void onBelowWriteBufferLowWatermark() {}
}
