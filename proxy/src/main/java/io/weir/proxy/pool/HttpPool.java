package io.weir.proxy.pool;

import io.netty.channel.Channel;
import io.weir.filter.Protocol;
import io.weir.proxy.cluster.CircuitBreakers;
import io.weir.proxy.cluster.CircuitBreakers.Resource;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostFlag;
import io.weir.proxy.cluster.HostStats;
import io.weir.proxy.cluster.ProxyHeader;
import io.weir.proxy.http.codec.ResponseDecoder;
import io.weir.proxy.tls.UpstreamTransportSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one worker to one host. A stream takes the connection that was used last; if
 * none has room it waits for one that is being made. The first connection is made even when the
 * circuit breaker for connections is open. Belongs to one worker.
 */
public final class HttpPool {
  private static final List<String> HTTP_1 = List.of("http/1.1");
  private static final List<String> HTTP_2 = List.of("h2");
  private static final List<String> NEGOTIATE = List.of("h2", "http/1.1");

  // As many as Envoy makes when one stream comes.
  private static final int CONNECTS_AT_ONCE = 3;

  private final PoolScope scope;
  private final Host host;
  private final boolean highPriority;
  private final @Nullable Protocol protocol;
  private final UpstreamTransportSocket.Options tls;
  private final ProxyHeader.@Nullable Peers peers;
  private final CircuitBreakers.View breakers;
  // Connections with room, the most recently used last.
  private final ArrayList<UpstreamConnection> ready = new ArrayList<>();
  private final ArrayList<UpstreamConnection> all = new ArrayList<>();
  private final ArrayDeque<PendingStream> pending = new ArrayDeque<>();
  private final List<Connector> connecting = new ArrayList<>();
  private final boolean raw;
  private boolean draining;
  private boolean counted;

  /**
   * @param protocol what connections speak; null to let TLS negotiate it
   * @param tls what connections ask of TLS, beside the protocol
   * @param peers for the header of the PROXY protocol; null without
   */
  public HttpPool(
      PoolScope scope,
      Host host,
      boolean highPriority,
      @Nullable Protocol protocol,
      UpstreamTransportSocket.Options tls,
      ProxyHeader.@Nullable Peers peers) {
    this(scope, host, highPriority, protocol, tls, peers, false);
  }

  private HttpPool(
      PoolScope scope,
      Host host,
      boolean highPriority,
      @Nullable Protocol protocol,
      UpstreamTransportSocket.Options tls,
      ProxyHeader.@Nullable Peers peers,
      boolean raw) {
    this.peers = peers;
    this.raw = raw;
    this.scope = scope;
    this.host = host;
    this.highPriority = highPriority;
    this.protocol = protocol;
    this.tls = raw ? tls : tls(scope.transport(host) != null, protocol, tls);
    this.breakers = scope.breakers(highPriority);
  }

  /** A pool whose connections carry the body of one CONNECT each, without HTTP around it. */
  static HttpPool ofRawBytes(
      PoolScope scope, Host host, boolean highPriority, ProxyHeader.@Nullable Peers peers) {
    return new HttpPool(
        scope, host, highPriority, null, UpstreamTransportSocket.Options.NONE, peers, true);
  }

  boolean raw() {
    return raw;
  }

  PoolScope scope() {
    return scope;
  }

  Host host() {
    return host;
  }

  boolean highPriority() {
    return highPriority;
  }

  /** A stream that waits for a connection. */
  public final class PendingStream {
    private final ResponseDecoder decoder;
    private final PoolCallbacks callbacks;
    private boolean done;

    private PendingStream(ResponseDecoder decoder, PoolCallbacks callbacks) {
      this.decoder = decoder;
      this.callbacks = callbacks;
    }

    /** Gives up; the callbacks are not called any more. */
    public void cancel() {
      if (!done) {
        finish();
        scope.stats().rqCancelled.inc();
        pending.remove(this);
        leaveIfIdle();
      }
    }

    private void finish() {
      done = true;
      scope.stats().rqPendingActive.dec();
      breakers.dec(Resource.PENDING_REQUESTS);
    }
  }

  /**
   * Before a stream is asked for: whether there may be one pool more. A pool counts while it has
   * connections or somebody waits.
   */
  public boolean enter() {
    if (!counted) {
      if (!breakers.canCreate(Resource.CONNECTION_POOLS)) {
        scope.stats().cxPoolOverflow.inc();
        return false;
      }
      counted = true;
      breakers.inc(Resource.CONNECTION_POOLS);
    }
    return true;
  }

  private void leaveIfIdle() {
    if (counted && isIdle()) {
      counted = false;
      breakers.dec(Resource.CONNECTION_POOLS);
    }
  }

  /**
   * Asks for a stream. The callbacks may be called before this returns.
   *
   * @return the handle of a stream that waits, or null when the callbacks were called
   */
  public @Nullable PendingStream newStream(ResponseDecoder decoder, PoolCallbacks callbacks) {
    if (!ready.isEmpty()) {
      attach(ready.getLast(), decoder, callbacks);
      if (scope.config().preconnectRatio() > 1) {
        connectAsNeeded();
      }
      return null;
    }
    if (!breakers.canCreate(Resource.PENDING_REQUESTS)) {
      scope.stats().rqPendingOverflow.inc();
      callbacks.onPoolFailure(PoolFailure.OVERFLOW, "");
      return null;
    }
    if (connecting.isEmpty() && scope.shedsConnection()) {
      callbacks.onPoolFailure(PoolFailure.OVERFLOW, "");
      return null;
    }
    var stream = new PendingStream(decoder, callbacks);
    pending.add(stream);
    scope.stats().rqPendingTotal.inc();
    scope.stats().rqPendingActive.inc();
    breakers.inc(Resource.PENDING_REQUESTS);
    connectAsNeeded();
    return stream;
  }

  private void attach(
      UpstreamConnection connection, ResponseDecoder decoder, PoolCallbacks callbacks) {
    if (!breakers.canCreate(Resource.REQUESTS)) {
      scope.stats().rqActiveOverflow.inc();
      callbacks.onPoolFailure(PoolFailure.OVERFLOW, "");
      return;
    }
    PooledStream stream = connection.newStream(decoder, highPriority);
    onCapacityChanged(connection);
    callbacks.onPoolReady(stream, connection.facts());
  }

  /** At most a few at a time; the first even when limits are reached, or nothing would go on. */
  private void connectAsNeeded() {
    for (int i = 0; i < CONNECTS_AT_ONCE && needsConnection(); i++) {
      if (!connectIfAllowed()) {
        return;
      }
    }
  }

  /** Connects; false when limits are reached and more would not be allowed. */
  private boolean connectIfAllowed() {
    boolean allowed =
        host.stats().value(HostStats.Kind.CX_ACTIVE) < scope.maxConnectionsPerHost(highPriority)
            && breakers.canCreate(Resource.CONNECTIONS);
    if (!allowed) {
      scope.stats().cxOverflow.inc();
    }
    if (allowed || all.isEmpty() && connecting.isEmpty()) {
      connect();
    }
    return allowed;
  }

  /** Whether what waits, and what may come by the preconnect ratio, lacks room. */
  private boolean needsConnection() {
    double ratio = scope.config().preconnectRatio();
    if (ratio <= 1 || host.health() != HostFlag.Health.HEALTHY) {
      return pending.size() > connectingRoom();
    }
    var demand = new Demand();
    addTo(demand);
    return demand.exceedsRoom(ratio, 0);
  }

  private long connectingRoom() {
    long perConnection = protocol == Protocol.HTTP_2 ? scope.config().http2().maxStreams() : 1;
    return connecting.size() * Math.max(1, perConnection);
  }

  void addTo(Demand demand) {
    long active = 0;
    long room = connectingRoom();
    for (UpstreamConnection connection : all) {
      active += connection.streams();
      room += connection.capacity();
    }
    demand.add(pending.size(), active, room);
  }

  /** Makes a connection for a stream that will probably come; false when none is needed. */
  public boolean connectAhead(double ratio) {
    if (host.health() != HostFlag.Health.HEALTHY) {
      return false;
    }
    var demand = new Demand();
    addTo(demand);
    return demand.exceedsRoom(ratio, 1) && connectIfAllowed();
  }

  private void connect() {
    breakers.inc(Resource.CONNECTIONS);
    if (protocol != null) {
      scope.stats().countProtocol(protocol);
    }
    var connector = new Connector(scope, host, protocol, tls, peers, new Connected());
    connecting.add(connector);
    connector.start();
  }

  private static UpstreamTransportSocket.Options tls(
      boolean secure, @Nullable Protocol protocol, UpstreamTransportSocket.Options asked) {
    if (!secure) {
      return UpstreamTransportSocket.Options.NONE;
    }
    return switch (protocol) {
      case HTTP_2 -> asked.offering(HTTP_2, false);
      case HTTP_10, HTTP_11 -> asked.offering(HTTP_1, false);
      case null -> asked.offering(NEGOTIATE, true);
    };
  }

  /** The outcome of a connection attempt. */
  private final class Connected implements Connector.Callbacks {
    @Override
    public void onConnected(Connector connector, Channel channel, ConnectionFacts facts) {
      connecting.remove(connector);
      if (protocol == null && !raw) {
        scope.stats().countProtocol(facts.protocol());
      }
      var connection =
          new UpstreamConnection(HttpPool.this, channel, raw ? facts.withoutProtocol() : facts);
      channel.pipeline().addLast(connection);
      all.add(connection);
      connection.start();
      servePending(connection);
      onCapacityChanged(connection);
      if (connection.streams() == 0) {
        connection.armIdleTimer();
      }
    }

    @Override
    public void onFailure(Connector connector, PoolFailure failure, String text) {
      connecting.remove(connector);
      breakers.dec(Resource.CONNECTIONS);
      failPending(failure, text);
      leaveIfIdle();
    }
  }

  private void servePending(UpstreamConnection connection) {
    while (connection.capacity() > 0) {
      PendingStream next = pending.poll();
      if (next == null) {
        return;
      }
      next.finish();
      attach(connection, next.decoder, next.callbacks);
    }
  }

  /**
   * One failed attempt fails all that wait, as in Envoy; a retry in a callback is not among them.
   */
  private void failPending(PoolFailure failure, String text) {
    var failed = new ArrayList<>(pending);
    pending.clear();
    for (PendingStream stream : failed) {
      stream.finish();
      scope.stats().rqPendingFailureEject.inc();
    }
    for (PendingStream stream : failed) {
      stream.callbacks.onPoolFailure(failure, text);
    }
  }

  void onStreamEnd(UpstreamConnection connection) {
    servePending(connection);
    onCapacityChanged(connection);
    if (!pending.isEmpty()) {
      connectAsNeeded();
    }
  }

  /** Moves a connection into or out of the ready list. */
  void onCapacityChanged(UpstreamConnection connection) {
    int last = ready.size() - 1;
    boolean room = connection.capacity() > 0;
    if (last >= 0 && ready.get(last) == connection) {
      if (!room) {
        ready.remove(last);
      }
      return;
    }
    if (!room) {
      ready.remove(connection);
    } else if (!ready.contains(connection)) {
      ready.add(connection);
    }
  }

  void onClosed(UpstreamConnection connection) {
    all.remove(connection);
    ready.remove(connection);
    if (!pending.isEmpty() && !draining) {
      connectAsNeeded();
    }
    leaveIfIdle();
  }

  /** Closes idle connections, and the others when their streams have ended. */
  public void drain() {
    draining = true;
    for (UpstreamConnection connection : List.copyOf(all)) {
      connection.drain();
    }
    draining = false;
  }

  /** Closes everything now; streams are reset. */
  public void close() {
    draining = true;
    for (Connector connector : connecting) {
      connector.cancel();
      breakers.dec(Resource.CONNECTIONS);
    }
    connecting.clear();
    failPending(PoolFailure.LOCAL_CONNECTION_FAILURE, "");
    for (UpstreamConnection connection : List.copyOf(all)) {
      connection.close();
    }
    leaveIfIdle();
  }

  public boolean isIdle() {
    return all.isEmpty() && pending.isEmpty() && connecting.isEmpty();
  }
}
