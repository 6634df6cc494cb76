package io.weir.cli;

import io.weir.cli.plugin.Artifact;
import io.weir.cli.plugin.DevLoop;
import io.weir.cli.plugin.PluginProject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Proxy, upstream and a plugin's folder: what is saved is built and swapped in. */
@Command(
    name = "dev",
    description =
        "Run a plugin's folder behind a proxy and the built-in upstream; rebuild and swap on save.")
final class DevVerb implements Callable<Integer> {

  @Parameters(arity = "0..1", defaultValue = ".", paramLabel = "DIR")
  private Path directory = Path.of(".");

  @Option(
      names = "--only",
      paramLabel = "KIND",
      description = "jar, wasm or lua: what to run; the quickest to build by default.")
  private Artifact.@Nullable Kind only;

  @Option(
      names = "--port",
      defaultValue = "0",
      paramLabel = "N",
      description = "Where to listen; a free port by default.")
  private int port;

  @Option(
      names = "--upstream",
      paramLabel = "HOST:PORT",
      description = "Where requests go; the built-in echo by default.")
  private @Nullable String upstream;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PluginVerb.quiet();
    PluginProject project = PluginProject.read(directory);
    Artifact.Kind kind =
        only != null
            ? only
            : switch (project.language()) {
              case JAVA -> Artifact.Kind.JAR;
              case LUA -> Artifact.Kind.LUA;
              case RUST, AS, C -> Artifact.Kind.WASM;
            };
    var loop = new DevLoop(project, kind, System.out::println);
    if (upstream != null) {
      loop.run(port, Addresses.parse(upstream));
      return Main.OK;
    }
    try (EchoServer echo = EchoServer.start(new InetSocketAddress("127.0.0.1", 0))) {
      loop.run(port, echo.address());
    }
    return Main.OK;
  }
}
