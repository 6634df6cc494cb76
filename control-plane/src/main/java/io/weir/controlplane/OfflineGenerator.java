package io.weir.controlplane;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.weir.controlplane.config.ConfigStore;
import io.weir.controlplane.config.DocumentReader;
import io.weir.controlplane.config.FileSource;
import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.generate.ProxyResources;
import io.weir.controlplane.generate.ResourceGenerator;
import io.weir.controlplane.patch.Profile;
import io.weir.controlplane.push.Certificates;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.PushContext;
import io.weir.controlplane.validate.ConfigValidation;
import io.weir.xds.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Generates what a proxy would be sent, without serving anything. */
public final class OfflineGenerator {

  private OfflineGenerator() {}

  /**
   * What was generated.
   *
   * @param problems of the configuration; what could be read was used
   */
  public record Result(ProxyResources resources, List<Problem> problems) {}

  /**
   * Reads the folder once and generates for a node, as for a mesh whose proxies get certificates.
   */
  public static Result generate(Path configDir, Node node, MeshConfig mesh, boolean compatIstio)
      throws Proxy.UnknownNodeException {
    Proxy proxy = Proxy.of(node);
    ConfigStore store = new ConfigStore();
    try (FileSource files =
        new FileSource(configDir, new DocumentReader(List.of(new ConfigValidation())), store)) {
      files.scan();
    }
    PushContext context = PushContext.first(store.snapshot(), mesh, Certificates.ISSUED);
    ProxyResources resources =
        ResourceGenerator.generate(context, proxy, compatIstio ? Profile.ISTIO : Profile.WEIR);
    List<Problem> problems = new ArrayList<>(store.problems());
    problems.addAll(resources.reports());
    return new Result(resources, List.copyOf(problems));
  }
}
