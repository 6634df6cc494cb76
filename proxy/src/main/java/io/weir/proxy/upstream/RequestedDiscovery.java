package io.weir.proxy.upstream;

import java.util.function.Consumer;

/** Hosts appear as requests ask for them; there are none to begin with. */
record RequestedDiscovery(RequestedHosts requestedHosts) implements Discovery {
  @Override
  public void start(Consumer<Assignment> target) {
    target.accept(Assignment.EMPTY);
  }
}
