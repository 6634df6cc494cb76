package io.weir.controlplane.generate;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds the extension configs that listeners ask for. */
final class ExtensionReferences {

  private ExtensionReferences() {}

  static Set<String> of(List<Listener> listeners) {
    Set<String> names = new LinkedHashSet<>();
    for (Listener listener : listeners) {
      for (ListenerFilter filter : listener.getListenerFiltersList()) {
        if (filter.hasConfigDiscovery()) {
          names.add(filter.getName());
        }
      }
      listener.getFilterChainsList().forEach(chain -> add(chain, names));
      add(listener.getDefaultFilterChain(), names);
    }
    return names;
  }

  private static void add(FilterChain chain, Set<String> names) {
    for (Filter filter : chain.getFiltersList()) {
      if (filter.hasConfigDiscovery()) {
        names.add(filter.getName());
      } else if (filter.getTypedConfig().is(HttpConnectionManager.class)) {
        for (HttpFilter http : manager(filter).getHttpFiltersList()) {
          if (http.hasConfigDiscovery()) {
            names.add(http.getName());
          }
        }
      }
    }
  }

  private static HttpConnectionManager manager(Filter filter) {
    try {
      return filter.getTypedConfig().unpack(HttpConnectionManager.class);
    } catch (InvalidProtocolBufferException e) {
      return HttpConnectionManager.getDefaultInstance();
    }
  }
}
