package io.weir.cli;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.weir.controlplane.OfflineGenerator;
import io.weir.controlplane.generate.ResourceText;
import io.weir.controlplane.push.Proxy;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints the resources that a proxy would be sent. */
@Command(
    name = "generate",
    description =
        "Print the xDS resources that a proxy would be sent for a folder of Istio resources.")
final class GenerateVerb implements Callable<Integer> {

  @Option(
      names = "--config-dir",
      required = true,
      paramLabel = "DIR",
      description = "Folder of Istio resources.")
  private Path configDir = Path.of("");

  @Option(
      names = "--node",
      required = true,
      paramLabel = "FILE",
      description = "The proxy's xDS node as JSON or YAML: an id of four parts, and metadata.")
  private Path node = Path.of("");

  @Option(names = "--mesh-config", paramLabel = "FILE", description = "Istio's MeshConfig.")
  private @Nullable Path meshConfig;

  @Option(
      names = "--compat",
      paramLabel = "istio",
      description = "Behave as Istio does in all cases.")
  private @Nullable String compat;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "json",
      paramLabel = "FORMAT",
      description = "json, yaml or table (default: ${DEFAULT-VALUE}).")
  private Output output = Output.JSON;

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(configDir)) {
      throw new VerbException(Main.FINDINGS, configDir + " is not a folder");
    }
    OfflineGenerator.Result result;
    try {
      result =
          OfflineGenerator.generate(
              configDir, readNode(node), MeshConfigs.read(meshConfig), MeshConfigs.istio(compat));
    } catch (Proxy.UnknownNodeException e) {
      throw new VerbException(Main.FINDINGS, node + ": " + e.getMessage());
    }
    result.problems().forEach(System.err::println);
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    out.print(
        switch (output) {
          case JSON -> ResourceText.json(result.resources());
          case YAML -> ResourceText.yaml(result.resources());
          case TABLE -> ResourceText.table(result.resources());
        });
    out.flush();
    return result.problems().stream().allMatch(io.weir.xds.Problem::warning)
        ? Main.OK
        : Main.FINDINGS;
  }

  static Node readNode(Path file) throws IOException {
    ProblemList problems = new ProblemList(file.toString());
    List<SourceNode> documents =
        YamlReader.readAll(Files.readString(file), file.toString(), problems);
    Node node =
        documents.isEmpty()
            ? null
            : ProtoReader.read(documents.getFirst(), Node.getDefaultInstance(), problems);
    if (node == null || !problems.isEmpty()) {
      throw new VerbException(
          Main.FINDINGS, problems.isEmpty() ? file + " is empty" : problems.toString().strip());
    }
    return node;
  }
}
