package io.weir.controlplane.generate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Interner;
import io.weir.controlplane.patch.EnvoyFilter;
import io.weir.controlplane.patch.Profile;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.PushContext;
import io.weir.controlplane.push.SidecarScope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Generates each set of resources once, for all proxies and pushes whose inputs are equal. What
 * comes back is the very same object then, its bytes included. Any thread.
 */
public final class ResourceCache {

  private static final int MAX_SETS = 4_000;
  private static final Duration KEPT = Duration.ofMinutes(10);

  private final Profile profile;
  private final Interner<ScopeInputs> scopes = Interner.newWeakInterner();
  private final Cache<ProxyInputs, ProxyResources> resources =
      Caffeine.newBuilder().maximumSize(MAX_SETS).expireAfterAccess(KEPT).build();
  private final Cache<Proxy, Patched> patches = Caffeine.newBuilder().weakKeys().build();
  private final LongAdder asked = new LongAdder();
  private final LongAdder generated = new LongAdder();
  private volatile Round round;

  /** The scopes of one context. */
  private record Round(PushContext context, Map<RoundKey, ScopeInputs> scopes) {}

  /** What the patches of a sidecar depend on, while the filters are the same. */
  private record Patched(List<EnvoyFilter> filters, PatchInputs inputs) {}

  private record RoundKey(SameObject scope, String namespace, Map<String, String> labels) {}

  public ResourceCache(PushContext first, Profile profile) {
    this.profile = profile;
    this.round = new Round(first, new ConcurrentHashMap<>());
  }

  /** The resources of a proxy. */
  public ProxyResources get(PushContext context, Proxy proxy) {
    asked.increment();
    ProxyView view = ProxyView.of(context, proxy);
    ProxyInputs inputs = ProxyInputs.of(view, scope(context, proxy), patches(context, proxy));
    return resources.get(
        inputs,
        _ -> {
          generated.increment();
          return ResourceGenerator.generate(context, proxy, profile);
        });
  }

  private PatchInputs patches(PushContext context, Proxy proxy) {
    if (!proxy.isSidecar()) {
      // They depend on the ports of services too.
      return Patches.inputs(context, proxy, profile);
    }
    Patched known = patches.getIfPresent(proxy);
    if (known == null || known.filters() != context.envoyFilters()) {
      known = new Patched(context.envoyFilters(), Patches.inputs(context, proxy, profile));
      patches.put(proxy, known);
    }
    return known.inputs();
  }

  private ScopeInputs scope(PushContext context, Proxy proxy) {
    Round now = round;
    if (now.context() != context) {
      now = new Round(context, new ConcurrentHashMap<>());
      round = now;
    }
    SidecarScope scope = context.scope(proxy);
    boolean byLabels = context.destinationRules().selects(proxy.namespace());
    RoundKey key =
        new RoundKey(
            new SameObject(scope), proxy.namespace(), byLabels ? proxy.labels() : Map.of());
    // An equal scope of an earlier context stays the one that keys refer to: comparing is quick.
    return now.scopes().computeIfAbsent(key, _ -> scopes.intern(ScopeInputs.of(context, proxy)));
  }

  /** How often resources were asked for. */
  public long asked() {
    return asked.sum();
  }

  /** How often they had to be generated. */
  public long generated() {
    return generated.sum();
  }

  /** How many sets are kept. */
  public long size() {
    return resources.estimatedSize();
  }

  /** Forgets everything. */
  public void clear() {
    resources.invalidateAll();
  }
}
