package io.weir.controlplane.patch;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The three messages that are a name and a typed configuration.
 *
 * @param <T> the message
 * @param named a copy with another name
 * @param typed a copy with another configuration
 */
record FilterKind<T extends Message>(
    Function<T, String> name,
    Predicate<T> hasConfig,
    Function<T, Any> config,
    BiFunction<T, String, T> named,
    BiFunction<T, Any, T> typed,
    Trace.Condition nameCondition) {

  static final FilterKind<ListenerFilter> LISTENER_FILTERS =
      new FilterKind<>(
          ListenerFilter::getName,
          ListenerFilter::hasTypedConfig,
          ListenerFilter::getTypedConfig,
          (filter, name) -> filter.toBuilder().setName(name).build(),
          (filter, config) -> filter.toBuilder().setTypedConfig(config).build(),
          Trace.Condition.LISTENER_FILTER);

  static final FilterKind<Filter> NETWORK_FILTERS =
      new FilterKind<>(
          Filter::getName,
          Filter::hasTypedConfig,
          Filter::getTypedConfig,
          (filter, name) -> filter.toBuilder().setName(name).build(),
          (filter, config) -> filter.toBuilder().setTypedConfig(config).build(),
          Trace.Condition.FILTER);

  static final FilterKind<HttpFilter> HTTP_FILTERS =
      new FilterKind<>(
          HttpFilter::getName,
          HttpFilter::hasTypedConfig,
          HttpFilter::getTypedConfig,
          (filter, name) -> filter.toBuilder().setName(name).build(),
          (filter, config) -> filter.toBuilder().setTypedConfig(config).build(),
          Trace.Condition.SUB_FILTER);

  /** The type URL of a filter's configuration; the wrapped one for a TypedStruct. */
  String typeUrl(T filter) {
    return hasConfig.test(filter) ? FilterTypes.typeUrl(config.apply(filter)) : "";
  }
}
