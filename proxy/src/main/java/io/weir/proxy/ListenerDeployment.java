package io.weir.proxy;

import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.weir.proxy.config.Deployment;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.listener.ListenerConfig;
import io.weir.proxy.listener.ListenerLoader;
import io.weir.proxy.listener.ListenerManager;
import io.weir.proxy.worker.ControlThread;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Puts listeners into use.
 *
 * @param manager null when listeners are only checked
 */
record ListenerDeployment(@Nullable ListenerManager manager, ControlThread control)
    implements Deployment<Listener, ListenerConfig> {

  @Override
  public Listener prototype() {
    return Listener.getDefaultInstance();
  }

  @Override
  public String nameOf(Listener message) {
    return message.getName();
  }

  @Override
  public @Nullable ListenerConfig load(Listener message, LoadContext context) {
    return ListenerLoader.load(message, context);
  }

  @Override
  public CompletionStage<Void> activate(ListenerConfig loaded, Runnable retired) {
    return manager == null
        ? CompletableFuture.completedStage(null)
        : manager.addOrUpdate(loaded, () -> control.execute(retired));
  }

  @Override
  public void remove(String name) {
    if (manager != null) {
      manager.remove(name);
    }
  }
}
