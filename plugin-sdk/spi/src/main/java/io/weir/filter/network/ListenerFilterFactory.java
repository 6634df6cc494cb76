package io.weir.filter.network;

import com.google.protobuf.Any;
import io.weir.filter.ExtensionCategory;
import io.weir.filter.ExtensionFactory;
import io.weir.filter.FactoryContext;
import org.jspecify.annotations.Nullable;

/** Makes listener filters of one kind. */
public interface ListenerFilterFactory extends ExtensionFactory {

  @Override
  default ExtensionCategory category() {
    return ExtensionCategory.LISTENER_FILTER;
  }

  /**
   * Loads one configuration.
   *
   * @return makes a filter for each accepted socket; null when problems were reported
   */
  @Nullable ListenerFilterConfig load(Any config, FactoryContext context);
}
