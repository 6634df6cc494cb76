package io.weir.proxy.pool;

import io.weir.filter.Protocol;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.ProxyHeader;
import io.weir.proxy.tls.UpstreamTransportSocket;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A worker's pools for one host. Belongs to that worker; lies in the host's slot for it. */
public final class HostPools {
  private final PoolScope scope;
  private final Host host;
  private final @Nullable HttpPool[] byPriority = new HttpPool[2];
  // Pools that are not shared by everybody, by what sets them apart.
  private @Nullable Map<Object, HttpPool> apart;

  public HostPools(PoolScope scope, Host host) {
    this.scope = scope;
    this.host = host;
  }

  /** The pool that everybody shares. */
  public HttpPool shared(boolean highPriority) {
    int index = highPriority ? 1 : 0;
    HttpPool pool = byPriority[index];
    if (pool == null) {
      pool =
          new HttpPool(
              scope,
              host,
              highPriority,
              protocol(null),
              UpstreamTransportSocket.Options.NONE,
              null);
      byPriority[index] = pool;
    }
    return pool;
  }

  /**
   * A pool of its own for a key. Idle ones are forgotten as others are asked for.
   *
   * @param downstream what the downstream speaks, for clusters that do as it does; null for others
   * @param tls what its connections ask of TLS
   * @param peers for the header of the PROXY protocol; null without
   */
  public HttpPool apart(
      Object key,
      @Nullable Protocol downstream,
      boolean highPriority,
      UpstreamTransportSocket.Options tls,
      ProxyHeader.@Nullable Peers peers) {
    if (apart == null) {
      apart = new HashMap<>();
    }
    HttpPool pool = apart.get(key);
    if (pool == null) {
      apart.values().removeIf(HttpPool::isIdle);
      pool = new HttpPool(scope, host, highPriority, protocol(downstream), tls, peers);
      apart.put(key, pool);
    }
    return pool;
  }

  /** The pool for CONNECT that ends here. */
  public HttpPool raw(boolean highPriority, ProxyHeader.@Nullable Peers peers) {
    if (apart == null) {
      apart = new HashMap<>();
    }
    var key = new Raw(highPriority, peers);
    HttpPool pool = apart.get(key);
    if (pool == null) {
      apart.values().removeIf(HttpPool::isIdle);
      pool = HttpPool.ofRawBytes(scope, host, highPriority, peers);
      apart.put(key, pool);
    }
    return pool;
  }

  private record Raw(boolean highPriority, ProxyHeader.@Nullable Peers peers) {}

  private @Nullable Protocol protocol(@Nullable Protocol downstream) {
    return switch (scope.config().protocols()) {
      case HTTP1 -> Protocol.HTTP_11;
      case HTTP2 -> Protocol.HTTP_2;
      case DOWNSTREAM -> downstream == Protocol.HTTP_2 ? Protocol.HTTP_2 : Protocol.HTTP_11;
      case AUTO -> scope.transport(host) == null ? Protocol.HTTP_11 : null;
    };
  }

  public void drain() {
    each(HttpPool::drain);
  }

  public void close() {
    each(HttpPool::close);
  }

  /** Adds what all pools have. */
  public void addTo(Demand demand) {
    each(pool -> pool.addTo(demand));
  }

  private interface Action {
    void on(HttpPool pool);
  }

  private void each(Action action) {
    for (HttpPool pool : byPriority) {
      if (pool != null) {
        action.on(pool);
      }
    }
    if (apart != null) {
      apart.values().forEach(action::on);
    }
  }
}
