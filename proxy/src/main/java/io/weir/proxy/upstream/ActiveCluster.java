package io.weir.proxy.upstream;

import io.netty.channel.Channel;
import io.weir.filter.ConnectionInfo;
import io.weir.filter.Metadata;
import io.weir.filter.Protocol;
import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.proxy.cluster.CircuitBreakers;
import io.weir.proxy.cluster.CircuitBreakers.Resource;
import io.weir.proxy.cluster.ClusterConfig;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.EndpointHealth;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostFlag;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.HostStats.Kind;
import io.weir.proxy.cluster.LoadBalancer;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.cluster.LocalZone;
import io.weir.proxy.cluster.PriorityHosts;
import io.weir.proxy.cluster.ProxyHeader;
import io.weir.proxy.cluster.ResponseCodeStats;
import io.weir.proxy.cluster.ServerNaming;
import io.weir.proxy.extension.RuntimeFraction;
import io.weir.proxy.pool.ConnectionFacts;
import io.weir.proxy.pool.Connector;
import io.weir.proxy.pool.HostPools;
import io.weir.proxy.pool.HttpPool;
import io.weir.proxy.pool.PoolFailure;
import io.weir.proxy.pool.PoolScope;
import io.weir.proxy.pool.StreamingCluster;
import io.weir.proxy.tls.UpstreamTransportSocket;
import io.weir.proxy.worker.EventLoopWorker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A cluster on one worker: balancer, pools, statistics. Used on that worker. */
public final class ActiveCluster implements StreamingCluster {
  private final ClusterConfig config;
  private final EventLoopWorker worker;
  private final PoolScope scope;
  private final ClusterStats stats;
  private final LoadBalancer balancer;
  private final @Nullable Foresight foresight;
  private final RuntimeFraction maintenance;
  private final Consumer<Host> immediateFailure;
  private final UpstreamCluster cluster;
  private final @Nullable AggregateHosts aggregate;
  private final LocalZone zone;
  private final Map<String, String> zonePrefixes = new HashMap<>();
  private HostSets hosts = HostSets.EMPTY;
  private double dropPercent;
  private boolean retired;

  ActiveCluster(
      UpstreamCluster cluster, EventLoopWorker worker, int workers, WorkerClusterTable table) {
    this.cluster = cluster;
    this.zone = table.zone();
    this.config = cluster.config();
    this.worker = worker;
    this.stats = new ClusterStats(worker.stats(), config.statPrefix());
    stats.track(config.trackTimeoutBudgets(), config.trackSizes());
    boolean first = worker.index() == 0;
    var breakers =
        new CircuitBreakers.View[] {
          cluster.breakers()[0].open(worker.stats(), first),
          cluster.breakers()[1].open(worker.stats(), first)
        };
    this.scope =
        new PoolScope(
            worker, workers, config, stats, breakers, cluster.transports(), table.connectionIds());
    this.balancer = config.policy().open(worker, stats);
    this.foresight =
        config.predictiveRatio() > 1 && config.policy().foresees()
            ? new Foresight(balancer, config.predictiveRatio(), worker.index())
            : null;
    this.aggregate =
        cluster.aggregated().isEmpty()
            ? null
            : new AggregateHosts(
                cluster.aggregated(), table, config.commonLb().panicThreshold(), worker);
    this.immediateFailure = cluster::onImmediateFailure;
    this.maintenance =
        new RuntimeFraction(config.runtime(), "upstream.maintenance_mode." + config.name(), 0, 100);
    config.httpFilters().forEach(slot -> slot.openWorker(worker));
  }

  /** The hosts have changed; pools of those that are gone finish what they have. */
  void onHosts(HostSets changed, @Nullable Object prepared, double drop, List<Host> removed) {
    if (retired) {
      return;
    }
    hosts = changed;
    dropPercent = drop;
    balancer.update(changed, prepared);
    if (foresight != null) {
      foresight.forget();
    }
    for (Host host : removed) {
      HostPools pools = existingPools(host);
      if (pools != null) {
        pools.drain();
      }
    }
  }

  /** {@code close_connections_on_host_set_change}: who asks next gets a connection made anew. */
  void drainAll() {
    each(HostPools::drain);
  }

  /** Another version has taken over, or the cluster is gone: finishes what is under way. */
  void retire() {
    retired = true;
    config.httpFilters().forEach(slot -> slot.closeWorker(worker));
    each(HostPools::drain);
  }

  private void each(Consumer<HostPools> action) {
    for (PriorityHosts priority : hosts.priorities()) {
      for (Host host : priority.hosts()) {
        HostPools pools = existingPools(host);
        if (pools != null) {
          action.accept(pools);
        }
      }
    }
  }

  /** A host has become unhealthy: who is sent there in panic gets a connection made anew. */
  void onHostFailed(Host host) {
    HostPools pools = existingPools(host);
    if (pools == null) {
      return;
    }
    if (config.closeOnHealthFailure()) {
      pools.close();
    } else {
      pools.drain();
    }
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public String statPrefix() {
    return config.statPrefix();
  }

  @Override
  public Metadata metadata() {
    return config.metadata();
  }

  @Override
  public boolean forwardsByName() {
    return cluster.requestedHosts() instanceof ForwardedNames;
  }

  @Override
  public boolean secure() {
    return cluster.transports().otherwise() != null;
  }

  public ClusterConfig config() {
    return config;
  }

  public ClusterStats stats() {
    return stats;
  }

  public HostSets hosts() {
    return hosts;
  }

  public CircuitBreakers.View breakers(boolean highPriority) {
    return scope.breakers(highPriority);
  }

  /** Whether an operator switched the cluster off for this request. */
  public boolean maintenance(long random) {
    return maintenance.hits(random);
  }

  /** Whether the control plane wants this request dropped. */
  public boolean drops() {
    return dropPercent > 0 && worker.random().nextDouble() * 100 < dropPercent;
  }

  /** Whether the control plane wants every request dropped. */
  public boolean dropsAll() {
    return dropPercent >= 100;
  }

  @Override
  public @Nullable Host choose(LoadBalancerContext context) {
    String override = context.overrideHost();
    if (override != null) {
      Host host = hosts.find(override);
      if (host != null && usable(host)) {
        return host;
      }
      if (context.overrideHostStrict()) {
        return null;
      }
    }
    Host host = pick(context);
    if (host == null) {
      stats.cxNoneHealthy.inc();
    }
    return host;
  }

  /** What the policy, or the kind of the cluster, says; not counted when it is nothing. */
  @Nullable Host pick(LoadBalancerContext context) {
    if (aggregate != null) {
      return aggregate.choose(context);
    }
    RequestedHosts requested = cluster.requestedHosts();
    if (requested != null) {
      return requested(requested, context);
    }
    Host foreseen = foresight == null ? null : foresight.take(context);
    return foreseen == null ? balancer.choose(context) : foreseen;
  }

  private @Nullable Host requested(RequestedHosts requested, LoadBalancerContext context) {
    return switch (requested.choose(context)) {
      case RequestedHosts.None() -> null;
      case RequestedHosts.Invalid() -> {
        stats.originalDstHostInvalid.inc();
        yield null;
      }
      case RequestedHosts.Found found -> {
        Host host = cluster.requested(found);
        host.markUsed();
        yield host;
      }
    };
  }

  /** The cluster that a host of this one belongs to: itself, or one that it aggregates. */
  @Nullable ActiveCluster owner(Host host) {
    if (aggregate != null) {
      return aggregate.owner(host);
    }
    return host.owner() == cluster ? this : null;
  }

  private static boolean usable(Host host) {
    return host.health() != HostFlag.Health.UNHEALTHY
        && host.endpoint().health() != EndpointHealth.DRAINING;
  }

  @Override
  public @Nullable HttpPool pool(
      Host host,
      boolean highPriority,
      @Nullable ConnectionInfo connection,
      @Nullable Protocol downstream,
      @Nullable HeaderMap request) {
    ActiveCluster owner = aggregate == null ? this : aggregate.owner(host);
    if (owner != null && owner != this) {
      return owner.pool(host, highPriority, connection, downstream, request);
    }
    HttpPool pool = poolOf(host, highPriority, connection, downstream, request);
    if (!pool.enter()) {
      return null;
    }
    if (foresight != null) {
      foresight.connectAhead(
          hosts, next -> poolOf(next, highPriority, connection, downstream, request));
    }
    return pool;
  }

  private HttpPool poolOf(
      Host host,
      boolean highPriority,
      @Nullable ConnectionInfo connection,
      @Nullable Protocol downstream,
      @Nullable HeaderMap request) {
    HostPools pools = pools(host);
    long own = config.poolPerDownstream() && connection != null ? connection.id() : -1;
    boolean http2 =
        config.protocols() == ClusterConfig.Protocols.DOWNSTREAM && downstream == Protocol.HTTP_2;
    UpstreamTransportSocket.Options tls =
        config.serverNaming() == ServerNaming.FIXED
            ? UpstreamTransportSocket.Options.NONE
            : config.serverNaming().options(request);
    ProxyHeader header = config.proxyHeader();
    ProxyHeader.Peers peers = header == null ? null : header.peers(connection);
    return own >= 0 || http2 || peers != null || tls != UpstreamTransportSocket.Options.NONE
        ? pools.apart(
            new Apart(own, http2, highPriority, tls, peers), downstream, highPriority, tls, peers)
        : pools.shared(highPriority);
  }

  /**
   * The connections of a host that carry raw bytes, one CONNECT each.
   *
   * @return null when there are too many pools
   */
  public @Nullable HttpPool rawPool(
      Host host, boolean highPriority, @Nullable ConnectionInfo connection) {
    ActiveCluster owner = aggregate == null ? this : aggregate.owner(host);
    if (owner != null && owner != this) {
      return owner.rawPool(host, highPriority, connection);
    }
    ProxyHeader header = config.proxyHeader();
    HttpPool pool = pools(host).raw(highPriority, header == null ? null : header.peers(connection));
    return pool.enter() ? pool : null;
  }

  private HostPools pools(Host host) {
    HostPools pools = existingPools(host);
    if (pools == null) {
      pools = new HostPools(scope, host);
      host.setWorkerState(worker.index(), pools);
    }
    return pools;
  }

  /** What sets a pool apart from the shared one. */
  private record Apart(
      long connection,
      boolean http2,
      boolean highPriority,
      UpstreamTransportSocket.Options tls,
      ProxyHeader.@Nullable Peers peers) {}

  private @Nullable HostPools existingPools(Host host) {
    return (HostPools) host.workerState(worker.index());
  }

  /** Codes of a virtual cluster, {@code vhost.<host>.vcluster.<cluster>.upstream_rq_*}. */
  public ResponseCodeStats virtualClusterCodes(@Nullable String virtualHost, String name) {
    return stats.codesOf("vhost." + virtualHost + ".vcluster." + name + ".");
  }

  /** Below what codes are counted for the way between two zones; empty when one is unknown. */
  public String zonePrefix(Host host) {
    String to = host.locality().zone();
    String from = zone.locality().zone();
    if (to.isEmpty() || from.isEmpty()) {
      return "";
    }
    String known = zonePrefixes.get(to);
    if (known == null) {
      known = "zone." + from + "." + to + ".";
      zonePrefixes.put(to, known);
    }
    return known;
  }

  /** A host told to be left out; the control thread sorts hosts anew. */
  public void onImmediateFailure(Host host) {
    immediateFailure.accept(host);
  }

  @Override
  public TcpConnect connect(LoadBalancerContext context, TcpConnectCallbacks callbacks) {
    CircuitBreakers.View breakers = scope.breakers(false);
    if (!breakers.canCreate(Resource.CONNECTIONS)) {
      stats.cxOverflow.inc();
      callbacks.onFailure(ConnectFailure.OVERFLOW, "", null);
      return () -> {};
    }
    Host host = choose(context);
    if (host == null) {
      callbacks.onFailure(ConnectFailure.NO_HEALTHY_HOST, "", null);
      return () -> {};
    }
    ActiveCluster owner = aggregate == null ? null : aggregate.owner(host);
    if (owner != null && owner != this) {
      return owner.connect(host, context.downstream(), callbacks);
    }
    return connect(host, context.downstream(), callbacks);
  }

  private TcpConnect connect(
      Host host, @Nullable ConnectionInfo downstream, TcpConnectCallbacks callbacks) {
    if (scope.shedsConnection()) {
      callbacks.onFailure(ConnectFailure.SHED, "", null);
      return () -> {};
    }
    CircuitBreakers.View breakers = scope.breakers(false);
    breakers.inc(Resource.CONNECTIONS);
    ProxyHeader header = config.proxyHeader();
    var connector =
        new Connector(
            scope,
            host,
            header == null ? null : header.peers(downstream),
            new TcpOutcome(host, callbacks));
    connector.start();
    return () -> {
      if (connector.cancel()) {
        breakers.dec(Resource.CONNECTIONS);
      }
    };
  }

  @Override
  public void countEnd(boolean byPeer, long received, long sent) {
    stats.cxRxBytes.add(received);
    stats.cxTxBytes.add(sent);
    stats.cxDestroyWithActiveRq.inc();
    if (byPeer) {
      stats.cxDestroyRemote.inc();
      stats.cxDestroyRemoteWithActiveRq.inc();
    } else {
      stats.cxDestroyLocal.inc();
      stats.cxDestroyLocalWithActiveRq.inc();
    }
  }

  @Override
  public void countConnectAttemptsExceeded() {
    worker
        .stats()
        .counter("cluster." + name() + ".", "upstream_cx_connect_attempts_exceeded")
        .inc();
  }

  /** Hands a connection over, and counts its end. */
  private final class TcpOutcome implements Connector.Callbacks {
    private final Host host;
    private final TcpConnectCallbacks callbacks;

    TcpOutcome(Host host, TcpConnectCallbacks callbacks) {
      this.host = host;
      this.callbacks = callbacks;
    }

    @Override
    public void onConnected(Connector connector, Channel channel, ConnectionFacts facts) {
      long start = worker.nanoTime();
      channel
          .closeFuture()
          .addListener(
              _ -> {
                scope.breakers(false).dec(Resource.CONNECTIONS);
                stats.cxActive.dec();
                stats.cxDestroy.inc();
                stats.cxLengthMillis.record((worker.nanoTime() - start) / 1_000_000);
                host.stats().dec(worker.index(), Kind.CX_ACTIVE);
              });
      stats.rqTotal.inc();
      callbacks.onConnected(channel, facts.withoutProtocol());
    }

    @Override
    public void onFailure(Connector connector, PoolFailure failure, String text) {
      scope.breakers(false).dec(Resource.CONNECTIONS);
      StreamInfo.UpstreamInfo facts = ConnectionFacts.failed(host, text);
      callbacks.onFailure(
          switch (failure) {
            case OVERFLOW -> ConnectFailure.OVERFLOW;
            case LOCAL_CONNECTION_FAILURE -> ConnectFailure.LOCAL_FAILURE;
            case REMOTE_CONNECTION_FAILURE -> ConnectFailure.REMOTE_FAILURE;
            case TIMEOUT -> ConnectFailure.TIMEOUT;
          },
          text,
          facts);
    }
  }
}
