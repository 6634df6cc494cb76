package io.weir.proxy;

import io.weir.proxy.admin.AdminInterface;
import io.weir.proxy.config.ConfigHome;
import io.weir.proxy.config.InvalidConfigurationException;
import io.weir.proxy.config.Options;
import io.weir.proxy.config.ServerState;
import io.weir.proxy.listener.ListenerManager;
import io.weir.proxy.overload.OverloadManager;
import io.weir.proxy.router.RouteTableLoader;
import io.weir.proxy.stats.StatsStore;
import io.weir.proxy.upstream.ClusterManager;
import io.weir.proxy.upstream.NettyDnsResolver;
import io.weir.proxy.worker.ControlThread;
import io.weir.proxy.worker.Ticker;
import io.weir.proxy.worker.Transport;
import io.weir.proxy.worker.WorkerGroup;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running proxy: the one place where its parts are put together. Start-up goes as Envoy's does:
 * the administration interface, the clusters, what xDS says about clusters, the listeners.
 */
public final class ProxyServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("main");
  private static final long CLOSE_SECONDS = 5;

  private final Options options;
  private final ServerState state = new ServerState();
  private final ControlThread control = new ControlThread(ProxyServer::unexpected);
  private final StatsStore stats;
  private final WorkerGroup workers;
  private final ClusterManager clusters;
  private final ListenerManager listeners;
  private final ConfigHome home;
  private final AdminInterface admin;
  private final ServerStats serverStats;
  private final Drain drain;
  private final OverloadManager overload;
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();

  private ProxyServer(Options options)
      throws InvalidConfigurationException, IOException, InterruptedException {
    this.options = options;
    this.stats = new StatsStore(options.concurrency());
    this.workers =
        WorkerGroup.start(
            options.concurrency(),
            Transport.detect(),
            Ticker.system(),
            new SplittableRandom(),
            stats::worker);
    this.clusters = new ClusterManager(workers, stats, new NettyDnsResolver(), LocalAddress.find());
    this.listeners =
        new ListenerManager(
            workers, control, stats, options.drainSeconds() * 1000, !options.drainImmediately());
    this.home = load(options, control, stats, workers, clusters, listeners, state);
    stats.configure(home.statsSettings());
    this.serverStats =
        new ServerStats(stats, control, state, options.concurrency(), home.statsFlushMillis());
    this.overload =
        new OverloadManager(
            home.overload(),
            workers.workers(),
            control,
            stats.control(),
            home.runtime(),
            listeners::setAccepting);
    this.drain = new Drain(state, listeners, stats, control, options, this::terminate);
    this.admin =
        AdminInterface.start(
            new AdminInterface.Parts(
                options, state, home, control, stats, clusters, listeners, workers, drain));
  }

  /**
   * Starts a proxy and returns when it serves.
   *
   * @throws InvalidConfigurationException with everything that is wrong with the bootstrap
   */
  public static ProxyServer start(Options options)
      throws InvalidConfigurationException, IOException, InterruptedException {
    var server = new ProxyServer(options);
    try {
      server.run();
    } catch (CompletionException e) {
      server.close();
      throw new IOException(message(e), e);
    }
    return server;
  }

  /**
   * Checks a configuration without opening a socket; warnings are returned in the home's problems.
   *
   * @throws InvalidConfigurationException with everything that is wrong
   */
  public static ConfigHome validate(Options options)
      throws InvalidConfigurationException, InterruptedException {
    try (var check = ConfigCheck.load(options)) {
      check.home().awaitLoaded();
      return check.home();
    }
  }

  private static ConfigHome load(
      Options options,
      ControlThread control,
      StatsStore stats,
      WorkerGroup workers,
      ClusterManager clusters,
      ListenerManager listeners,
      ServerState state)
      throws InvalidConfigurationException, InterruptedException {
    try {
      return ConfigHome.load(
          options,
          new ConfigHome.Parts(
              control,
              workers,
              stats.control(),
              new ClusterDeployment(clusters, control),
              new ListenerDeployment(listeners, control),
              RouteTableLoader::load,
              state::healthFailed),
          ProxyServer.class.getClassLoader());
    } catch (InvalidConfigurationException e) {
      control.close();
      workers.close();
      throw e;
    }
  }

  private void run() {
    home.problems().warnings().forEach(warning -> LOG.warn("{}", warning));
    join(home.startClusters());
    state.enter(ServerState.Phase.INITIALIZING);
    join(home.subscribeRuntime());
    join(home.subscribeClusters());
    join(home.startExtensions());
    join(overload.start());
    join(home.startListeners());
    home.forgetPositions();
    join(home.subscribeListeners());
    state.enter(ServerState.Phase.LIVE);
    serverStats.start();
    control.execute(new HeapFootprint(control)::start);
    LOG.info("all dependencies initialized. starting workers");
  }

  private static void join(CompletionStage<Void> stage) {
    stage.toCompletableFuture().join();
  }

  private static String message(Throwable failure) {
    Throwable at = failure;
    while (at instanceof CompletionException && at.getCause() != null) {
      at = at.getCause();
    }
    return at.getMessage() == null ? at.toString() : at.getMessage();
  }

  private static void unexpected(Throwable failure) {
    LOG.error("unexpected failure on the control thread", failure);
  }

  public AdminInterface admin() {
    return admin;
  }

  public ListenerManager listeners() {
    return listeners;
  }

  /** Stops accepting, lets requests end, then terminates. Returns at once. */
  public void shutDown() {
    drain.shutDown(options.shutdownSeconds() * 1000);
  }

  private void terminate() {
    terminated.complete(null);
  }

  /** Waits until somebody asked the proxy to end and it has drained. */
  public void awaitTermination() {
    terminated.join();
  }

  /**
   * Ends everything at once and waits for it, front to back: what accepts, what it forwards to, the
   * threads, at last the extensions, which then write what is left of access logs.
   */
  @Override
  public void close() {
    admin.close();
    home.close();
    var idle = new CompletableFuture<Void>();
    control.execute(() -> listeners.close().thenRun(() -> idle.complete(null)));
    await(idle);
    control.execute(overload::close);
    control.execute(clusters::close);
    control.close();
    workers.close();
    home.closeExtensions();
    terminated.complete(null);
  }

  /** A filter that never lets go of its stream must not keep the process. */
  private static void await(CompletableFuture<Void> idle) {
    try {
      idle.get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("listeners were not closed within {} s", CLOSE_SECONDS);
    }
  }
}
