package io.weir.proxy.filter.tlsinspector;

import io.weir.filter.network.ListenerFilter;
import io.weir.filter.network.ListenerFilterConfig;

/**
 * A loaded TLS inspector.
 *
 * @param closeOnError whether a client hello that cannot be read ends the connection
 * @param maxClientHello bytes
 */
record TlsInspectorConfig(boolean ja3, boolean ja4, boolean closeOnError, int maxClientHello)
    implements ListenerFilterConfig {
  @Override
  public ListenerFilter newFilter() {
    return new TlsInspector(this);
  }
}
