package io.weir.controlplane.push;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigSnapshot;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.config.VirtualService;
import io.weir.controlplane.registry.Visibility;
import java.util.ArrayList;
import java.util.List;

/**
 * VirtualServices with full names and their delegates in place, oldest first.
 *
 * @param all those with hosts
 */
public record VirtualServiceIndex(List<Entry> all) {

  /** One VirtualService and the namespaces that see it. */
  public record Entry(Config<VirtualService> config, List<String> exportTo) {}

  static VirtualServiceIndex build(ConfigSnapshot snapshot, MeshConfig mesh) {
    List<Config<VirtualService>> resolved = new ArrayList<>();
    for (Config<VirtualService> config :
        snapshot.list(Kind.VIRTUAL_SERVICE, VirtualService.class)) {
      resolved.add(VirtualServiceResolver.resolve(config));
    }
    resolved.sort(Config.OLDEST_FIRST);
    Delegates delegates = new Delegates(resolved);
    List<Entry> all = new ArrayList<>();
    for (Config<VirtualService> config : resolved) {
      if (!config.spec().hosts().isEmpty()) {
        all.add(
            new Entry(
                delegates.merge(config),
                Visibility.exportTo(
                    config.spec().exportTo(),
                    mesh.defaultVirtualServiceExportTo(),
                    config.namespace())));
      }
    }
    return new VirtualServiceIndex(List.copyOf(all));
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
