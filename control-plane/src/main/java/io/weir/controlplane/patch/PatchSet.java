package io.weir.controlplane.patch;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.weir.controlplane.patch.Trace.Condition;
import io.weir.xds.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The patches that are for one proxy, in the order of their application. A generator hands its
 * resources through the methods of this class; resources that no patch is for come back as they
 * are, and what it handed in is never changed. Immutable and for any thread, except with a report.
 *
 * <p>In the order of Istio: inline route tables first, then listeners; route tables; clusters.
 */
public final class PatchSet {

  private final List<OrderedPatch> patches;
  private final Map<ApplyTo, List<OrderedPatch>> byTarget = new EnumMap<>(ApplyTo.class);
  private final Map<Integer, Set<Integer>> servicePorts;
  private final Profile profile;
  private final @Nullable PatchReport report;
  private final ResourceScope scope;

  private PatchSet(
      List<OrderedPatch> patches,
      Map<Integer, Set<Integer>> servicePorts,
      Profile profile,
      @Nullable PatchReport report,
      ResourceScope scope) {
    this.patches = patches;
    this.servicePorts = servicePorts;
    this.profile = profile;
    this.report = report;
    this.scope = scope;
    for (ApplyTo target : ApplyTo.values()) {
      byTarget.put(target, patches.stream().filter(p -> p.patch().applyTo() == target).toList());
    }
  }

  /** The patches of the filters that are for this proxy. */
  public static PatchSet of(Collection<EnvoyFilter> filters, PatchProxy proxy, Profile profile) {
    return build(filters, proxy, proxy.rootNamespace(), profile, false);
  }

  /** The patches themselves, in order. */
  public List<Patch> patches() {
    return patches.stream().map(OrderedPatch::patch).toList();
  }

  /**
   * As {@link #of}, and {@link #report} tells afterwards what became of each patch. For one thread.
   *
   * @param proxy null when it is not known: then every filter is taken for it
   */
  public static PatchSet reporting(
      Collection<EnvoyFilter> filters,
      @Nullable PatchProxy proxy,
      String rootNamespace,
      Profile profile) {
    return build(filters, proxy, rootNamespace, profile, true);
  }

  private static PatchSet build(
      Collection<EnvoyFilter> filters,
      @Nullable PatchProxy proxy,
      String rootNamespace,
      Profile profile,
      boolean reporting) {
    ResourceScope scope = new ResourceScope();
    List<OrderedPatch> all = new ArrayList<>();
    List<OrderedPatch> active = new ArrayList<>();
    for (EnvoyFilter filter : filters.stream().sorted(EnvoyFilter.order(rootNamespace)).toList()) {
      String mismatch = proxy == null ? null : filter.mismatch(proxy);
      for (Patch patch : filter.patches()) {
        Trace trace = reporting ? new Trace(scope) : Trace.OFF;
        OrderedPatch ordered = new OrderedPatch(filter, patch, all.size(), trace);
        all.add(ordered);
        if (mismatch != null) {
          trace.failsBecause(Condition.RESOURCE, mismatch);
          continue;
        }
        String wrongProxy = proxy == null ? null : patch.proxy().mismatch(proxy);
        if (wrongProxy != null) {
          trace.failsBecause(Condition.PROXY, "match." + wrongProxy);
          continue;
        }
        active.add(ordered);
      }
    }
    return new PatchSet(
        List.copyOf(active),
        proxy == null ? Map.of() : proxy.servicePorts(),
        profile,
        reporting ? new PatchReport(all) : null,
        scope);
  }

  /** The patches of these orders only, recording nothing. */
  PatchSet only(Set<Integer> orders) {
    return new PatchSet(
        patches.stream()
            .filter(patch -> orders.contains(patch.order()))
            .map(p -> new OrderedPatch(p.filter(), p.patch(), p.order(), Trace.OFF))
            .toList(),
        servicePorts,
        profile,
        null,
        scope);
  }

  /** Without the patches of these orders. */
  PatchSet without(Set<Integer> orders) {
    return new PatchSet(
        patches.stream().filter(patch -> !orders.contains(patch.order())).toList(),
        servicePorts,
        profile,
        report,
        scope);
  }

  List<OrderedPatch> all() {
    return patches;
  }

  /** Tells the traces which resource is being patched. */
  void enter(ResourceType type, String name) {
    if (report != null) {
      scope.enter(type, name);
    }
  }

  /** Whether nothing would be changed. */
  public boolean isEmpty() {
    return patches.isEmpty();
  }

  /** Whether there is a patch for this kind of object and context. */
  public boolean has(ApplyTo target, PatchContext context) {
    return of(target).stream().anyMatch(p -> p.patch().context().covers(context));
  }

  /** What became of each patch; only of a set made by {@link #reporting}. */
  public PatchReport report() {
    return Objects.requireNonNull(report, "made without a report");
  }

  /**
   * Listeners with the patches on LISTENER, LISTENER_FILTER, FILTER_CHAIN, NETWORK_FILTER and
   * HTTP_FILTER, and the listeners that patches add.
   */
  public List<Listener> listeners(PatchContext context, List<Listener> listeners) {
    return new ListenerPatcher(this, context).listeners(listeners);
  }

  /** One listener; null when it is removed. Patches that add listeners are left out. */
  public @Nullable Listener listener(PatchContext context, Listener listener) {
    return new ListenerPatcher(this, context).listener(listener, ListenerPatcher.ALL);
  }

  /**
   * The route tables inside of HTTP connection managers, patched like those of RDS; to be called
   * before {@link #listeners}, where a generator does not patch them when it makes them.
   */
  public Listener inlineRoutes(PatchContext context, Listener listener) {
    return new InlineRoutePatcher(this, context).listener(listener);
  }

  /** A route table with the patches on ROUTE_CONFIGURATION, VIRTUAL_HOST and HTTP_ROUTE. */
  public RouteConfiguration routes(PatchContext context, RouteConfiguration routes) {
    return new RoutePatcher(this, context).table(routes);
  }

  /** Clusters with the patches on CLUSTER, and those that patches add. */
  public List<Cluster> clusters(PatchContext context, List<Cluster> clusters) {
    return new ClusterPatcher(this, context).clusters(clusters);
  }

  /**
   * One cluster; null when it is removed.
   *
   * @param hosts of the services of an inbound cluster, whose name does not say them
   */
  public @Nullable Cluster cluster(
      PatchContext context, Cluster cluster, Collection<String> hosts) {
    return new ClusterPatcher(this, context).cluster(cluster, hosts, ListenerPatcher.ALL);
  }

  /** The clusters that patches add. */
  public List<Cluster> addedClusters(PatchContext context) {
    return new ClusterPatcher(this, context).added();
  }

  /** Extension configurations that patches add; served to those who subscribe to their names. */
  public List<TypedExtensionConfig> extensionConfigs() {
    List<TypedExtensionConfig> configs = new ArrayList<>();
    for (OrderedPatch patch : of(ApplyTo.EXTENSION_CONFIG)) {
      if (patch.operation() == Operation.ADD) {
        TypedExtensionConfig config = (TypedExtensionConfig) patch.patch().message();
        enter(ResourceType.EXTENSION_CONFIG, config.getName());
        patch.trace().applied("extension config " + config.getName());
        configs.add(config);
      }
    }
    return configs;
  }

  List<OrderedPatch> of(ApplyTo target) {
    return Objects.requireNonNull(byTarget.get(target));
  }

  /** The patches for a kind of object in a context that come after {@code order}. */
  List<OrderedPatch> of(ApplyTo target, PatchContext context, int order) {
    List<OrderedPatch> selected = new ArrayList<>();
    for (OrderedPatch patch : of(target)) {
      if (patch.order() <= order) {
        continue;
      }
      if (patch.patch().context().covers(context)) {
        selected.add(patch);
      } else {
        patch.trace().fails(Condition.CONTEXT, patch.patch().context().name(), context.name());
      }
    }
    return selected;
  }

  Map<Integer, Set<Integer>> servicePorts() {
    return servicePorts;
  }

  boolean asIstio() {
    return profile == Profile.ISTIO;
  }
}
