package io.weir.controlplane.push;

import io.weir.controlplane.registry.ServiceKey;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The services whose endpoints a push changes, and who sees them. Traffic waits for endpoints, so
 * these proxies come first; all others only find out that nothing is new for them. Owned by one
 * thread.
 */
public final class ChangedServices {
  private final PushContext context;
  private final Set<ServiceKey> changed;
  private final Map<SidecarScope, Boolean> known = new IdentityHashMap<>();

  private ChangedServices(PushContext context, Set<ServiceKey> changed) {
    this.context = context;
    this.changed = changed;
  }

  /** What became of services between two contexts; nothing where proxies see others than before. */
  public static ChangedServices between(PushContext before, PushContext next) {
    boolean endpointsOnly = next.sameScopes(before) && next.registry() != before.registry();
    return new ChangedServices(
        next, endpointsOnly ? next.registry().changedSince(before.registry()) : Set.of());
  }

  /** Whether a proxy sees any of them. */
  public boolean concern(Proxy proxy) {
    return !changed.isEmpty() && known.computeIfAbsent(context.scope(proxy), this::holds);
  }

  private boolean holds(SidecarScope scope) {
    return scope.services().stream().anyMatch(service -> changed.contains(service.key()));
  }
}
