package io.weir.proxy.upstream;

import java.util.List;
import java.util.function.Consumer;

/** An aggregate has no hosts of its own: it uses those of other clusters, in their order. */
record AggregateDiscovery(List<String> aggregated) implements Discovery {
  AggregateDiscovery {
    aggregated = List.copyOf(aggregated);
  }

  @Override
  public void start(Consumer<Assignment> target) {
    target.accept(Assignment.EMPTY);
  }
}
