package io.weir.controlplane.analyze;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigSnapshot;
import io.weir.controlplane.config.ConfigSpec;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.registry.RegistryBuilder;
import io.weir.controlplane.registry.ServiceRegistry;
import io.weir.xds.Problem;
import io.weir.xds.codec.SourcePositions;
import java.util.ArrayList;
import java.util.List;

/** All resources that are analyzed together, and what was found. Owned by one thread. */
final class World {

  private final ConfigSnapshot snapshot;
  private final MeshConfig mesh;
  private final ServiceRegistry registry;
  private final List<Problem> findings = new ArrayList<>();

  World(ConfigSnapshot snapshot, MeshConfig mesh) {
    this.snapshot = snapshot;
    this.mesh = mesh;
    this.registry = RegistryBuilder.build(snapshot, mesh, null);
  }

  <S extends ConfigSpec> List<Config<S>> list(Kind kind, Class<S> spec) {
    return snapshot.list(kind, spec);
  }

  ConfigSnapshot snapshot() {
    return snapshot;
  }

  MeshConfig mesh() {
    return mesh;
  }

  ServiceRegistry registry() {
    return registry;
  }

  List<Problem> findings() {
    return findings;
  }

  /** Reports a finding at a field of a resource. */
  void find(Code code, Config<?> config, String path, String reason, String hint) {
    int[] position = SourcePositions.in(config.origin().document()).locate(path);
    findings.add(
        new Problem(
            config.origin().source(),
            position[0],
            position[1],
            config.key() + " " + path,
            reason,
            hint,
            code.warning(),
            code.code()));
  }
}
