package io.weir.proxy;

import io.weir.proxy.config.ConfigHome;
import io.weir.proxy.config.InvalidConfigurationException;
import io.weir.proxy.config.Options;
import io.weir.proxy.router.RouteTableLoader;
import io.weir.proxy.stats.StatsStore;
import io.weir.proxy.upstream.ClusterManager;
import io.weir.proxy.upstream.DnsResolver;
import io.weir.proxy.worker.ControlThread;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A configuration that is loaded but never served: no socket, no worker, no name resolved. */
record ConfigCheck(ControlThread control, ConfigHome home) implements AutoCloseable {

  static ConfigCheck load(Options options)
      throws InvalidConfigurationException, InterruptedException {
    var control = new ControlThread(_ -> {});
    var stats = new StatsStore(0);
    var clusters = new ClusterManager(List::of, stats, new NoNames(), "127.0.0.1");
    try {
      ConfigHome home =
          ConfigHome.load(
              options,
              new ConfigHome.Parts(
                  control,
                  null,
                  stats.control(),
                  new ClusterDeployment(clusters, control),
                  new ListenerDeployment(null, control),
                  RouteTableLoader::load,
                  () -> false),
              ConfigCheck.class.getClassLoader());
      return new ConfigCheck(control, home);
    } catch (InvalidConfigurationException e) {
      control.close();
      throw e;
    }
  }

  @Override
  public void close() {
    home.close();
    control.close();
  }

  /** Resolves nothing, ever. */
  static final class NoNames implements DnsResolver {
    @Override
    public CompletionStage<Answer> resolve(String name, Family family) {
      return new CompletableFuture<>();
    }

    @Override
    public void close() {}
  }
}
