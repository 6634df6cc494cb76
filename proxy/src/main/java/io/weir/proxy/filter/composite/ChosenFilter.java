package io.weir.proxy.filter.composite;

import io.weir.filter.Counter;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.LocalReplyStatus;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.matcher.tree.MatchContext;
import io.weir.proxy.worker.Lease;
import org.jspecify.annotations.Nullable;

/** Stands for the filter that a matcher chooses, or for one that it may leave out. */
final class ChosenFilter implements HttpFilter {
  private static final HttpFilter NOTHING = new HttpFilter() {};

  private final HttpFilterCallbacks callbacks;
  private final @Nullable FilterRule configured;
  private final @Nullable Counter delegations;
  private HttpFilter filter = NOTHING;
  private @Nullable Lease<HttpFilterWorker> lease;
  private boolean decided;

  /**
   * @param configured the filter's own matcher, null for none
   * @param inner the filter that may be left out; null for a composite one
   * @param delegations counts streams for which a composite filter became another one
   */
  ChosenFilter(
      HttpFilterCallbacks callbacks,
      @Nullable FilterRule configured,
      @Nullable HttpFilterSlot inner,
      @Nullable Counter delegations) {
    this.callbacks = callbacks;
    this.configured = configured;
    this.delegations = delegations;
    if (inner != null) {
      become(inner);
    }
  }

  private boolean become(HttpFilterSlot slot) {
    Lease<HttpFilterWorker> taken = slot.get(callbacks.worker());
    if (taken == null) {
      return false;
    }
    taken.acquire();
    lease = taken;
    HttpFilter made = taken.value().newFilter(callbacks);
    filter = made == null ? NOTHING : made;
    return true;
  }

  private void decide(boolean response, @Nullable HeaderMap responseHeaders) {
    FilterRule rule = callbacks.routeConfig() instanceof FilterRule own ? own : configured;
    if (decided || rule == null || rule.onResponse() != response) {
      return;
    }
    decided = true;
    var match =
        MatchContext.ofResponse(
            callbacks.streamInfo(), callbacks.requestHeaders(), responseHeaders);
    switch (rule.tree().match(match)) {
      case FilterAction.Skip _ -> {
        filter.onDestroy();
        filter = NOTHING;
      }
      case FilterAction.Execute(var slot, var sample) -> {
        if (sample.hits(callbacks.worker().random().nextLong())
            && become(slot)
            && delegations != null) {
          delegations.inc();
        }
      }
      case null -> {}
    }
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    decide(false, null);
    return filter.decodeHeaders(headers, endStream);
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    return filter.decodeData(data, endStream);
  }

  @Override
  public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
    return filter.decodeTrailers(trailers);
  }

  @Override
  public void decodeComplete() {
    filter.decodeComplete();
  }

  @Override
  public FilterHeadersStatus encode1xxHeaders(HeaderMap headers) {
    return filter.encode1xxHeaders(headers);
  }

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    decide(true, headers);
    return filter.encodeHeaders(headers, endStream);
  }

  @Override
  public FilterDataStatus encodeData(Buffer data, boolean endStream) {
    return filter.encodeData(data, endStream);
  }

  @Override
  public FilterTrailersStatus encodeTrailers(HeaderMap trailers) {
    return filter.encodeTrailers(trailers);
  }

  @Override
  public void encodeComplete() {
    filter.encodeComplete();
  }

  @Override
  public LocalReplyStatus onLocalReply(LocalReply reply) {
    return filter.onLocalReply(reply);
  }

  @Override
  public void onStreamComplete() {
    filter.onStreamComplete();
  }

  @Override
  public void onDestroy() {
    filter.onDestroy();
    filter = NOTHING;
    if (lease != null) {
      lease.release();
      lease = null;
    }
  }
}
