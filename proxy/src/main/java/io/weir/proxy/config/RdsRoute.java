package io.weir.proxy.config;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.weir.filter.Problems;
import io.weir.proxy.extension.ResourceWatcher;
import io.weir.proxy.route.RouteTable;
import io.weir.proxy.worker.Slot;
import io.weir.xds.ProblemList;
import java.lang.ref.Cleaner;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A route table that RDS delivers to one connection manager. Streams keep the table they started
 * with; a replaced table's configurations are closed once nothing refers to the table any more.
 */
final class RdsRoute implements ResourceWatcher<RouteConfiguration> {
  static final RouteConfiguration PROTOTYPE = RouteConfiguration.getDefaultInstance();

  private static final Logger LOG = LoggerFactory.getLogger("config");
  private static final Cleaner CLEANER = Cleaner.create();

  private final String name;
  private final ResourceContext context;
  private final Slot<RouteTable> slot;
  private final CompletableFuture<Void> arrived = new CompletableFuture<>();

  RdsRoute(String name, ResourceContext context) {
    this.name = name;
    this.context = context;
    this.slot = new Slot<>(context.workers());
  }

  Slot<RouteTable> slot() {
    return slot;
  }

  CompletableFuture<Void> arrived() {
    return arrived;
  }

  @Override
  public void onResource(RouteConfiguration resource, String version, Problems problems) {
    var scope = new LoadScope();
    ProblemList list = ((ProblemView) problems).list();
    var inside =
        new ResourceContext(
            context.services(),
            scope,
            list,
            context.statPrefix(),
            context.direction(),
            context.listenerMetadata(),
            context.bypassOverload());
    RouteTable table = context.services().routeLoader().load(resource, inside, false);
    if (table == null || !problems.isEmpty()) {
      scope.close();
      return;
    }
    scope
        .warm(context.workers(), context.control())
        .whenComplete(
            (_, failure) -> {
              if (failure == null) {
                publish(table, scope);
              } else {
                LOG.warn("route configuration {}: {}", name, LoadScope.reason(failure));
                scope.close();
                arrived.complete(null);
              }
            });
  }

  private void publish(RouteTable table, LoadScope scope) {
    var control = context.control();
    CLEANER.register(table, () -> control.execute(scope::close));
    slot.publish(_ -> table).whenComplete((_, _) -> arrived.complete(null));
  }

  @Override
  public void onRemoved() {
    // Envoy keeps the last table: a removal only follows that of the listener.
  }

  @Override
  public void onInitialFetchTimeout() {
    arrived.complete(null);
  }

  void close() {
    slot.publish(_ -> null);
  }
}
