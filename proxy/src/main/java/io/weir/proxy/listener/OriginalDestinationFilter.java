package io.weir.proxy.listener;

import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.ListenerFilter;
import io.weir.filter.network.ListenerFilterCallbacks;

/** Restores the address that a connection was redirected from. */
final class OriginalDestinationFilter implements ListenerFilter {
  @Override
  public FilterStatus onAccept(ListenerFilterCallbacks callbacks) {
    callbacks.restoreLocalAddress(callbacks.originalDestination());
    return FilterStatus.CONTINUE;
  }
}
