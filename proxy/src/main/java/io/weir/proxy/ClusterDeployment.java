package io.weir.proxy;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.weir.proxy.config.Deployment;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.upstream.ClusterManager;
import io.weir.proxy.upstream.UpstreamCluster;
import io.weir.proxy.worker.ControlThread;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Puts clusters into use. */
record ClusterDeployment(ClusterManager manager, ControlThread control)
    implements Deployment<Cluster, UpstreamCluster> {

  @Override
  public Cluster prototype() {
    return Cluster.getDefaultInstance();
  }

  @Override
  public String nameOf(Cluster message) {
    return message.getName();
  }

  @Override
  public @Nullable UpstreamCluster load(Cluster message, LoadContext context) {
    return manager.load(message, context);
  }

  @Override
  public CompletionStage<Void> activate(UpstreamCluster loaded, Runnable retired) {
    return manager.activate(loaded, () -> control.execute(retired));
  }

  @Override
  public void remove(String name) {
    manager.remove(name);
  }
}
