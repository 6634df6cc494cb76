package io.weir.filter.log;

import com.google.protobuf.Any;
import io.weir.filter.ExtensionCategory;
import io.weir.filter.ExtensionFactory;
import io.weir.filter.FactoryContext;
import org.jspecify.annotations.Nullable;

/** Makes access loggers of one kind. */
public interface AccessLogFactory extends ExtensionFactory {

  @Override
  default ExtensionCategory category() {
    return ExtensionCategory.ACCESS_LOGGER;
  }

  /**
   * Loads one configuration.
   *
   * @return the logger, or null when problems were reported
   */
  @Nullable AccessLogConfig load(Any config, FactoryContext context);
}
