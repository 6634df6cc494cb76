package io.weir.filter.network;

import com.google.protobuf.Any;
import io.weir.filter.ExtensionCategory;
import io.weir.filter.ExtensionFactory;
import io.weir.filter.FactoryContext;
import org.jspecify.annotations.Nullable;

/** Makes network filters of one kind. */
public interface NetworkFilterFactory extends ExtensionFactory {

  @Override
  default ExtensionCategory category() {
    return ExtensionCategory.NETWORK_FILTER;
  }

  /**
   * Loads one configuration.
   *
   * @return the configuration, or null when problems were reported
   */
  @Nullable NetworkFilterConfig load(Any config, FactoryContext context);

  /** Whether the filter ends a chain, as tcp_proxy and the HTTP connection manager do. */
  default boolean terminal() {
    return false;
  }
}
