package io.weir.proxy.filter.setmetadata;

import io.weir.filter.DynamicMetadata;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;

/** Puts the filter's own entries, then the route's, into the metadata of each request. */
final class SetMetadataFilter implements HttpFilter {
  private final HttpFilterCallbacks callbacks;
  private final MetadataEntries own;

  SetMetadataFilter(HttpFilterCallbacks callbacks, MetadataEntries own) {
    this.callbacks = callbacks;
    this.own = own;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    DynamicMetadata metadata = callbacks.streamInfo().dynamicMetadata();
    own.apply(metadata, callbacks.worker());
    if (callbacks.routeConfig() instanceof MetadataEntries route) {
      route.apply(metadata, callbacks.worker());
    }
    return FilterHeadersStatus.CONTINUE;
  }
}
