package io.weir.proxy.filter.rbac;

import io.weir.filter.Counter;
import io.weir.filter.Stats;
import io.weir.filter.Worker;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterWorker;
import org.jspecify.annotations.Nullable;

/**
 * A loaded RBAC filter for connections.
 *
 * @param statPrefix ends in {@code rbac.}
 * @param continuous whether all data is checked, not only the first
 * @param delayDenyMillis how long a denied connection is kept, silent
 */
record NetworkRbacConfig(
    @Nullable Engine rules,
    @Nullable Engine shadow,
    String statPrefix,
    String shadowPrefix,
    boolean continuous,
    long delayDenyMillis)
    implements NetworkFilterConfig {

  @Override
  public NetworkFilterWorker openWorker(Worker worker) {
    var counters = new Counters(worker.stats(), this);
    return callbacks -> new NetworkRbac(this, counters, callbacks);
  }

  /** The statistics of one worker. */
  static final class Counters {
    final Counter allowed;
    final Counter denied;
    final Counter shadowAllowed;
    final Counter shadowDenied;

    Counters(Stats stats, NetworkRbacConfig config) {
      String prefix = config.statPrefix();
      allowed = stats.counter(prefix, "allowed");
      denied = stats.counter(prefix, "denied");
      shadowAllowed =
          stats.counter(prefix, Prefixes.dotted(config.shadowPrefix()) + "shadow_allowed");
      shadowDenied =
          stats.counter(prefix, Prefixes.dotted(config.shadowPrefix()) + "shadow_denied");
    }
  }
}
