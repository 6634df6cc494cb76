package io.weir.proxy.filter.headertometadata;

import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;

/** Applies the route's rules, or the filter's own when the route has none. */
final class HeaderToMetadataFilter implements HttpFilter {
  private final HttpFilterCallbacks callbacks;
  private final MetadataRules own;

  HeaderToMetadataFilter(HttpFilterCallbacks callbacks, MetadataRules own) {
    this.callbacks = callbacks;
    this.own = own;
  }

  private MetadataRules rules() {
    return callbacks.routeConfig() instanceof MetadataRules route ? route : own;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    rules().applyToRequest(headers, callbacks.streamInfo().dynamicMetadata(), callbacks.worker());
    return FilterHeadersStatus.CONTINUE;
  }

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    rules().applyToResponse(headers, callbacks.streamInfo().dynamicMetadata(), callbacks.worker());
    return FilterHeadersStatus.CONTINUE;
  }
}
