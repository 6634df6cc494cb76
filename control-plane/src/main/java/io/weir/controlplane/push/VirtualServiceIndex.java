package io.weir.controlplane.push;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigSnapshot;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.config.VirtualService;
import io.weir.controlplane.registry.Visibility;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * VirtualServices with full names and their delegates in place, oldest first.
 *
 * @param all those with hosts
 */
public record VirtualServiceIndex(List<Entry> all) {

  /**
   * One VirtualService and the namespaces that see it.
   *
   * @param written as it stands in the snapshot
   */
  public record Entry(
      Config<VirtualService> written, Config<VirtualService> config, List<String> exportTo) {

    /** Whether others say nothing about it. */
    boolean alone() {
      return written.spec().http().stream().allMatch(route -> route.delegate() == null);
    }
  }

  /**
   * Of all VirtualServices.
   *
   * @param before the index of an earlier snapshot, from which what did not change is taken
   */
  static VirtualServiceIndex build(
      ConfigSnapshot snapshot, MeshConfig mesh, @Nullable VirtualServiceIndex before) {
    Map<Config<VirtualService>, Entry> known = new IdentityHashMap<>();
    if (before != null) {
      before.all().stream().filter(Entry::alone).forEach(e -> known.put(e.written(), e));
    }
    List<Config<VirtualService>> written =
        new ArrayList<>(snapshot.list(Kind.VIRTUAL_SERVICE, VirtualService.class));
    written.sort(Config.OLDEST_FIRST);
    Delegates delegates =
        new Delegates(
            written.stream()
                .filter(config -> config.spec().hosts().isEmpty())
                .map(VirtualServiceResolver::resolve)
                .toList());
    List<Entry> all = new ArrayList<>();
    for (Config<VirtualService> config : written) {
      if (!config.spec().hosts().isEmpty()) {
        Entry same = known.get(config);
        all.add(same != null ? same : entry(config, delegates, mesh));
      }
    }
    return new VirtualServiceIndex(List.copyOf(all));
  }

  private static Entry entry(Config<VirtualService> written, Delegates delegates, MeshConfig mesh) {
    return new Entry(
        written,
        delegates.merge(VirtualServiceResolver.resolve(written)),
        Visibility.exportTo(
            written.spec().exportTo(), mesh.defaultVirtualServiceExportTo(), written.namespace()));
  }

  /** Those bound to a gateway ({@code namespace/name}, or {@code mesh}) that a namespace sees. */
  public List<Config<VirtualService>> forGateway(String gateway, String namespace) {
    List<Config<VirtualService>> found = new ArrayList<>();
    for (Entry entry : all) {
      if (entry.config().spec().gateways().contains(gateway)
          && Visibility.visible(entry.exportTo(), namespace)) {
        found.add(entry.config());
      }
    }
    return List.copyOf(found);
  }
}
