package io.weir.proxy.listener;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.ListenerFilter;
import io.weir.filter.network.ListenerFilterCallbacks;
import io.weir.filter.network.ListenerFilterConfig;

/** A listener filter that looks at no socket of which {@code filter_disabled} is true. */
record DisabledListenerFilter(ListenerFilterConfig config, SocketPredicate disabled)
    implements ListenerFilterConfig {

  @Override
  public ListenerFilter newFilter() {
    ListenerFilter filter = config.newFilter();
    return new ListenerFilter() {
      @Override
      public FilterStatus onAccept(ListenerFilterCallbacks callbacks) {
        return disabled.matches(callbacks) ? FilterStatus.CONTINUE : filter.onAccept(callbacks);
      }

      @Override
      public FilterStatus onData(Buffer peeked) {
        return filter.onData(peeked);
      }

      @Override
      public int maxReadBytes() {
        return filter.maxReadBytes();
      }
    };
  }

  @Override
  public void close() {
    config.close();
  }
}
