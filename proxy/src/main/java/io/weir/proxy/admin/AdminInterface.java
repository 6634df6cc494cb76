package io.weir.proxy.admin;

import io.envoyproxy.envoy.config.bootstrap.v3.Admin;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.weir.proxy.config.ConfigHome;
import io.weir.proxy.config.Options;
import io.weir.proxy.config.ServerState;
import io.weir.proxy.listener.ListenerManager;
import io.weir.proxy.stats.StatsStore;
import io.weir.proxy.upstream.ClusterManager;
import io.weir.proxy.worker.ControlThread;
import io.weir.proxy.worker.WorkerGroup;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The administration interface of a proxy, when its bootstrap asks for one. */
public final class AdminInterface implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("main");

  private final @Nullable AdminServer server;
  private final @Nullable AdminLog log;

  private AdminInterface(@Nullable AdminServer server, @Nullable AdminLog log) {
    this.server = server;
    this.log = log;
  }

  /** What is shown and done to the process. Any thread. */
  public interface Operations {
    /** {@code /quitquitquit}. */
    void quit();

    /** {@code /healthcheck/fail} and {@code /healthcheck/ok}. */
    void failHealthChecks(boolean fail);

    /** {@code /drain_listeners}. */
    void drainListeners(boolean inboundOnly, boolean graceful, boolean skipExit);

    /** {@code /reopen_logs}. */
    void reopenLogs();
  }

  /** The parts of the proxy that the endpoints show. */
  public record Parts(
      Options options,
      ServerState state,
      ConfigHome home,
      ControlThread control,
      StatsStore stats,
      ClusterManager clusters,
      ListenerManager listeners,
      WorkerGroup workers,
      Operations operations) {}

  /**
   * Binds the address of the bootstrap's {@code admin}.
   *
   * @throws IOException when it cannot be bound
   */
  public static AdminInterface start(Parts parts) throws IOException {
    Admin admin = parts.home.bootstrap().getAdmin();
    if (!admin.hasAddress()) {
      LOG.warn("no admin address given, so no admin HTTP server started");
      return new AdminInterface(null, null);
    }
    SocketAddress configured = admin.getAddress().getSocketAddress();
    var address = new InetSocketAddress(configured.getAddress(), configured.getPortValue());
    var log = new AdminLog(parts.workers.workers().getFirst(), parts.home.adminLogs());
    AdminServer server;
    try {
      server =
          AdminServer.start(address, routes(parts), new AdminStats(parts.stats.admin()), log::log);
    } catch (BindException e) {
      throw new IOException(
          "cannot bind the admin address "
              + configured.getAddress()
              + ":"
              + configured.getPortValue()
              + ": "
              + e.getMessage(),
          e);
    }
    String text = configured.getAddress() + ":" + server.address().getPort();
    LOG.info("admin address: {}", text);
    if (parts.options.adminAddressPath() != null) {
      Files.writeString(parts.options.adminAddressPath(), text);
    }
    return new AdminInterface(server, log);
  }

  private static AdminRoutes routes(Parts parts) {
    var routes = new AdminRoutes(AllowedPaths.of(parts.home.bootstrap().getAdmin()));
    new ServerEndpoints(parts.state, parts.home, parts.control, parts.operations)
        .all()
        .forEach(routes::add);
    new RuntimeEndpoints(parts.home.runtime()).all().forEach(routes::add);
    new StatsEndpoints(parts.stats).all().forEach(routes::add);
    routes.add(new ServerInfoEndpoint(parts.home, parts.options, parts.state));
    var clusters = new ClustersEndpoint(parts.clusters, parts.control);
    routes.add(clusters);
    routes.add(new ListenersEndpoint(parts.listeners));
    routes.add(new ConfigDumpEndpoint(parts.home, parts.control, clusters::assignments));
    routes.add(new CertsEndpoint(parts.home, parts.control));
    routes.add(new PluginsEndpoint(parts.home.plugins()));
    routes.add(new LoggingEndpoint());
    routes.add(new HomePage(routes));
    return routes;
  }

  /** Where it listens; null when it does not. */
  public @Nullable InetSocketAddress address() {
    return server == null ? null : server.address();
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    if (log != null) {
      log.close();
    }
  }
}
