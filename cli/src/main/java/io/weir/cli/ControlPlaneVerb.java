package io.weir.cli;

import io.weir.controlplane.ControlPlane;
import io.weir.controlplane.module.PullSecrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the control plane. */
@Command(
    name = "control-plane",
    description = "Run the control plane: Istio resources from a folder in, xDS out.")
final class ControlPlaneVerb implements Callable<Integer> {

  @Option(
      names = "--config-dir",
      required = true,
      paramLabel = "DIR",
      description = "Folder of Istio resources as YAML or JSON; it is watched.")
  private Path configDir = Path.of("");

  @Option(
      names = "--xds-address",
      defaultValue = "127.0.0.1:15010",
      paramLabel = "HOST:PORT",
      description = "Where proxies connect (default: ${DEFAULT-VALUE}).")
  private String xdsAddress = "";

  @Option(
      names = "--http-address",
      defaultValue = "127.0.0.1:15014",
      paramLabel = "HOST:PORT",
      description = "Metrics, readiness and debug endpoints (default: ${DEFAULT-VALUE}).")
  private String httpAddress = "";

  @Option(names = "--mesh-config", paramLabel = "FILE", description = "Istio's MeshConfig.")
  private @Nullable Path meshConfig;

  @Option(
      names = "--compat",
      paramLabel = "istio",
      description = "Behave as Istio does in all cases.")
  private @Nullable String compat;

  @Option(
      names = "--module-cache",
      paramLabel = "DIR",
      description = "Folder of fetched wasm modules (default: weir/modules in the user's cache).")
  private Path moduleCache = ControlPlane.Options.defaultModuleCache();

  @Option(
      names = "--secrets-dir",
      paramLabel = "DIR",
      description =
          "Credentials for registries: NAMESPACE/NAME, each a Docker configuration in JSON.")
  private @Nullable Path secretsDir;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Folder that keeps what `weir apply` writes across restarts (default: it is forgotten).")
  private @Nullable Path dataDir;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!Files.isDirectory(configDir)) {
      throw new VerbException(Main.FINDINGS, configDir + " is not a folder");
    }
    var options =
        new ControlPlane.Options(
            configDir,
            Addresses.parse(xdsAddress),
            Addresses.parse(httpAddress),
            MeshConfigs.read(meshConfig),
            MeshConfigs.istio(compat),
            moduleCache,
            new PullSecrets(secretsDir),
            dataDir);
    try (ControlPlane plane = ControlPlane.start(options)) {
      System.out.println(
          "control plane serves "
              + configDir
              + ": xDS on port "
              + plane.xdsPort()
              + ", HTTP on port "
              + plane.httpPort());
      var stopped = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown));
      stopped.await();
      return Main.OK;
    }
  }
}
