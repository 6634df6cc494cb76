package io.weir.proxy.loadbalancer;

import io.weir.filter.Worker;
import io.weir.proxy.cluster.Host;
import org.jspecify.annotations.Nullable;

/** Any host with the same chance; weights do not count. */
record RandomChoice(Host[] hosts, Worker worker) implements HostPicker {
  static HostPicker.Factory factory(Worker worker) {
    return (hosts, _) -> new RandomChoice(hosts, worker);
  }

  @Override
  public @Nullable Host pick() {
    return hosts.length == 0 ? null : hosts[worker.random().nextInt(hosts.length)];
  }
}
