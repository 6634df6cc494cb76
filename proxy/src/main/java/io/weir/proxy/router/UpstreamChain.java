package io.weir.proxy.router;

import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.http.FilterManager;
import io.weir.proxy.http.StreamHost;
import io.weir.proxy.route.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The filters of one try, between the router and the upstream's codec. They see the request before
 * a connection is there; their local replies answer the downstream, past this chain.
 */
final class UpstreamChain implements StreamHost {
  private final UpstreamRequest request;
  private final HttpFilterCallbacks router;
  private final Worker worker;
  private final FilterManager filters = new FilterManager(this);
  private int slowed;
  private boolean closed;

  private UpstreamChain(UpstreamRequest request, HttpFilterCallbacks router) {
    this.request = request;
    this.router = router;
    this.worker = router.worker();
  }

  /** Null when a filter's configuration has not arrived: the request was answered then. */
  static @Nullable UpstreamChain build(
      List<HttpFilterSlot> slots, UpstreamRequest request, HttpFilterCallbacks router) {
    var chain = new UpstreamChain(request, router);
    chain.filters.setBufferLimit(router.decoderBufferLimit());
    if (chain.filters.build(slots, chain.worker, chain.route())) {
      return chain;
    }
    router.sendLocalReply(LocalReply.of(500, "", "filter_chain_not_found"));
    return null;
  }

  FilterManager filters() {
    return filters;
  }

  /** The try is over: filters let go. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (; slowed > 0; slowed--) {
      router.onDecoderFilterBelowWriteBufferLowWatermark();
    }
    filters.completeFilters();
    filters.destroyFilters();
  }

  @Override
  public HttpFilter terminalFilter(HttpFilterCallbacks callbacks) {
    return new HttpFilter() {
      @Override
      public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
        request.encodeHeaders(endStream);
        return FilterHeadersStatus.STOP_ITERATION;
      }

      @Override
      public FilterDataStatus decodeData(Buffer data, boolean endStream) {
        request.encodeData(data, endStream);
        return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
      }

      @Override
      public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
        request.encodeTrailers(trailers);
        return FilterTrailersStatus.STOP_ITERATION;
      }
    };
  }

  // ---- the response, behind the chain

  @Override
  public void encode1xxHeaders(HeaderMap headers) {
    request.toRouter1xx(headers);
  }

  @Override
  public boolean proxyInformational() {
    return true;
  }

  @Override
  public void encodeHeaders(HeaderMap headers, boolean endStream) {
    request.toRouter(headers, endStream);
  }

  @Override
  public void encodeData(Buffer data, boolean endStream) {
    request.toRouter(data, endStream);
  }

  @Override
  public void encodeTrailers(HeaderMap trailers) {
    request.toRouter(trailers);
  }

  // ---- control

  @Override
  public boolean takeLocalReply(LocalReply reply) {
    router.sendLocalReply(reply);
    return true;
  }

  @Override
  public void resetStream(StreamResetReason reason, String details) {
    request.resetByFilter(reason, details);
  }

  @Override
  public void slowRequest(boolean slow) {
    if (closed) {
      return;
    }
    slowed += slow ? 1 : -1;
    if (slow) {
      router.onDecoderFilterAboveWriteBufferHighWatermark();
    } else {
      router.onDecoderFilterBelowWriteBufferLowWatermark();
    }
  }

  @Override
  public void slowResponse(boolean slow) {
    request.slowResponse(slow);
  }

  @Override
  public void ensureChain() {}

  @Override
  public PreparedReply prepare(LocalReply reply) {
    throw new IllegalStateException("local replies do not run through an upstream chain");
  }

  @Override
  public void drainConnectionOnCompletion() {}

  @Override
  public boolean recreateStream(@Nullable HeaderMap response) {
    return false;
  }

  @Override
  public @Nullable Route route() {
    return router.route() instanceof Route route ? route : null;
  }

  /** The route stands when a try begins. */
  @Override
  public void clearRouteCache() {}

  @Override
  public Worker worker() {
    return worker;
  }

  @Override
  public StreamInfo streamInfo() {
    return router.streamInfo();
  }

  @Override
  public long streamId() {
    return router.streamId();
  }

  @Override
  public boolean upstream() {
    return true;
  }
}
