package io.weir.proxy.loadbalancer;

import io.weir.proxy.cluster.Host;
import org.jspecify.annotations.Nullable;

/** Chooses from one list of hosts. Belongs to one worker. */
interface HostPicker {
  /** Null when the list is empty. */
  @Nullable Host pick();

  /** Makes pickers of one policy. */
  interface Factory {
    /**
     * A picker for a list.
     *
     * @param previous the picker that served the same place before hosts changed, to go on from
     */
    HostPicker make(Host[] hosts, @Nullable HostPicker previous);
  }
}
