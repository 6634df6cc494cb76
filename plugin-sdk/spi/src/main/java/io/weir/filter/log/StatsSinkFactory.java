package io.weir.filter.log;

import com.google.protobuf.Any;
import io.weir.filter.ExtensionCategory;
import io.weir.filter.ExtensionFactory;
import io.weir.filter.FactoryContext;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes sinks that receive every statistic at the flush interval. */
public interface StatsSinkFactory extends ExtensionFactory {

  @Override
  default ExtensionCategory category() {
    return ExtensionCategory.STATS_SINK;
  }

  /**
   * Loads one configuration.
   *
   * @return the sink, or null when problems were reported
   */
  @Nullable StatsSink load(Any config, FactoryContext context);

  /** Receives a snapshot on the control thread. */
  interface StatsSink extends Consumer<Iterable<StatsSink.Sample>>, AutoCloseable {

    /**
     * A counter or gauge.
     *
     * @param name the full name
     * @param value the present value
     * @param delta the change since the last flush
     */
    record Sample(String name, long value, long delta) {}

    @Override
    default void close() {}
  }
}
