package io.weir.proxy.extension;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.weir.filter.FactoryContext;
import io.weir.filter.Metadata;
import io.weir.filter.Stats;
import io.weir.filter.http.RouteConfig;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.network.ListenerFilterConfig;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.proxy.route.RouteTable;
import io.weir.proxy.worker.ControlThread;
import io.weir.proxy.worker.Slot;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the proxy's own loaders use beyond the SPI: other extensions, dynamic resources, the set of
 * things to wait for. One context belongs to one resource being loaded (a listener, a cluster, a
 * route table); everything that a loader opens through it is closed with that resource.
 */
public interface LoadContext extends FactoryContext {

  /** The same context with problems reported below {@code path}. */
  LoadContext at(String path);

  /** The same context with another prefix for statistics. */
  LoadContext withStatPrefix(String statPrefix);

  /**
   * An entry of a filter chain: inline configuration or ECDS, optional, disabled.
   *
   * @param upstream whether the chain is an upstream chain
   * @return null when problems were reported, or an optional filter is of unknown type
   */
  @Nullable HttpFilterSlot httpFilter(HttpFilter filter, boolean upstream);

  /** A network filter by its {@code typed_config}, or null when problems were reported. */
  @Nullable NetworkFilterEntry networkFilter(String name, Any config);

  /**
   * A network filter and whether it ends the chain.
   *
   * @param name the configured name
   */
  record NetworkFilterEntry(String name, NetworkFilterConfig config, boolean terminal) {}

  /**
   * An entry of {@code typed_per_filter_config}.
   *
   * @param name the map's key: the name of a filter in the chain
   */
  @Nullable RouteConfig routeConfig(String name, Any config);

  @Nullable AccessLogConfig accessLog(Any config);

  /**
   * A listener filter, by the type of its configuration or by name.
   *
   * @return null when problems were reported
   */
  default @Nullable ListenerFilterConfig listenerFilter(String name, Any config) {
    throw new UnsupportedOperationException("listener filters");
  }

  /**
   * Compiles a route configuration that is part of the resource.
   *
   * @param validateClusters whether clusters must exist when the message does not say
   * @return null when problems were reported
   */
  default @Nullable RouteTable routeTable(RouteConfiguration config, boolean validateClusters) {
    throw new UnsupportedOperationException("route configurations");
  }

  /**
   * A route table that RDS delivers. The resource being loaded is warm when it has come. The slot
   * stays subscribed until the resource is closed.
   */
  Slot<RouteTable> rds(String routeConfigName, Metadata listenerMetadata);

  /**
   * As above, from a source that need not be ADS.
   *
   * @param source {@code Rds.config_source}
   */
  default Slot<RouteTable> rds(
      ConfigSource source, String routeConfigName, Metadata listenerMetadata) {
    return rds(routeConfigName, listenerMetadata);
  }

  /**
   * Subscribes to a resource of another type (EDS, SDS and the like). The subscription ends with
   * the resource being loaded. Whether that one waits for the first version is up to the caller,
   * through {@link #awaitBeforeUse}.
   *
   * @param name the resource's name
   * @param prototype tells the type
   */
  <M extends Message> void subscribe(
      ConfigSource source, String name, M prototype, ResourceWatcher<M> watcher);

  /**
   * As {@link #subscribe(ConfigSource, String, Message, ResourceWatcher)}, with statistics.
   *
   * @param statPrefix of {@code update_attempt} and the like; ends in a dot
   */
  default <M extends Message> void subscribe(
      ConfigSource source,
      String name,
      M prototype,
      ResourceWatcher<M> watcher,
      String statPrefix) {
    subscribe(source, name, prototype, watcher);
  }

  /**
   * Tells of every change in a folder, on the control thread, until the resource being loaded is
   * closed.
   */
  default void watchFolder(Path folder, Runnable changed) {
    throw new UnsupportedOperationException("watching folders");
  }

  /** Whether nothing that is loaded will ever serve. */
  default boolean dryRun() {
    return false;
  }

  /** A secret of the bootstrap, {@code static_resources.secrets}; null when there is none. */
  default @Nullable Secret staticSecret(String name) {
    return null;
  }

  /** The runtime layers. */
  Runtime runtime();

  /** {@code typed_dns_resolver_config} of the bootstrap, or what older fields say; may be empty. */
  default io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig dnsResolver() {
    return io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig.getDefaultInstance();
  }

  /** {@code cluster_manager} of the bootstrap. */
  default io.envoyproxy.envoy.config.bootstrap.v3.ClusterManager clusterManager() {
    return io.envoyproxy.envoy.config.bootstrap.v3.ClusterManager.getDefaultInstance();
  }

  /**
   * Something that the resources of a process share under a name. Closed with the process when it
   * is {@link AutoCloseable}.
   *
   * @param make makes it when it is first asked for
   */
  default <T> T shared(Class<T> type, String name, Supplier<T> make) {
    return make.get();
  }

  /** The control thread's statistics. */
  default Stats stats() {
    throw new UnsupportedOperationException("statistics");
  }

  /** Whether health checks fail on request ({@code /healthcheck/fail}); any thread. */
  default BooleanSupplier healthFailed() {
    return () -> false;
  }

  /** Whether the listener being loaded is left alone under overload. */
  default boolean bypassOverload() {
    return false;
  }

  /** The control thread; loaders run on it, or on any thread in a dry run. */
  ControlThread control();

  /** Adds something that must complete before the resource serves. */
  void awaitBeforeUse(java.util.concurrent.CompletionStage<?> stage, String what);

  /**
   * Runs {@code close} on the control thread after the resource was taken out of use everywhere.
   */
  void onClose(Runnable close);
}
