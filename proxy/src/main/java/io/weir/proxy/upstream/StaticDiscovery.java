package io.weir.proxy.upstream;

import java.util.function.Consumer;

/** Endpoints that the configuration lists. */
record StaticDiscovery(Assignment assignment) implements Discovery {
  @Override
  public void start(Consumer<Assignment> target) {
    target.accept(assignment);
  }

  @Override
  public boolean keepsDuplicates() {
    return true;
  }
}
