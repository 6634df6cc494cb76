package io.weir.cli;

import io.weir.cli.inspect.ProxyDump;
import io.weir.cli.inspect.RunningProxy;
import io.weir.controlplane.analyze.Analysis;
import io.weir.xds.Problem;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.JsonText;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourceScalar;
import io.weir.xds.codec.YamlReader;
import io.weir.xds.codec.YamlText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds mistakes in Istio resources. */
@Command(
    name = "analyze",
    description =
        "Find mistakes in Istio resources. Exits 1 when a finding is an error, 0 otherwise.")
final class AnalyzeVerb implements Callable<Integer> {

  @Parameters(
      arity = "0..*",
      paramLabel = "DIR_OR_FILE",
      description = "Folders and files; all of them are one configuration.")
  private List<Path> inputs = List.of();

  @Option(
      names = "--admin",
      paramLabel = "HOST:PORT",
      description =
          "Admin address of a running Envoy or Weir: what it refuses, what waits, and clusters"
              + " without a healthy endpoint.")
  private @Nullable String admin;

  @Option(names = "--mesh-config", paramLabel = "FILE", description = "Istio's MeshConfig.")
  private @Nullable Path meshConfig;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      paramLabel = "FORMAT",
      description = "table, json or yaml (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  @Override
  public Integer call() throws IOException {
    for (Path input : inputs) {
      if (!Files.exists(input)) {
        throw new VerbException(Main.FINDINGS, input + " does not exist");
      }
    }
    if (inputs.isEmpty() && admin == null) {
      throw new VerbException(Main.USAGE, "name folders or files, or a proxy with --admin");
    }
    List<Problem> findings = new ArrayList<>();
    if (!inputs.isEmpty()) {
      findings.addAll(Analysis.run(inputs, MeshConfigs.read(meshConfig)));
    }
    if (admin != null) {
      findings.addAll(running(admin));
    }
    switch (output) {
      case TABLE -> table(findings);
      case JSON -> System.out.println(JsonText.pretty(tree(findings)));
      case YAML -> System.out.print(YamlText.of(tree(findings)));
    }
    return findings.stream().allMatch(Problem::warning) ? Main.OK : Main.FINDINGS;
  }

  private static List<Problem> running(String address) {
    String dump = HttpExchange.get(address, "/config_dump").body();
    ProxyDump read = ProxyDump.parse(dump, address, new ProblemList());
    if (read == null) {
      throw new VerbException(Main.UNREACHABLE, address + " is no admin port");
    }
    String clusters = HttpExchange.get(address, "/clusters?format=json").body();
    return RunningProxy.analyze(
        address, read, YamlReader.read(clusters, address, new ProblemList()));
  }

  private static void table(List<Problem> findings) {
    for (Problem finding : findings) {
      StringBuilder line = new StringBuilder(finding.warning() ? "Warning" : "Error");
      line.append(" [").append(finding.code()).append("] (").append(finding.source());
      if (finding.line() > 0) {
        line.append(':').append(finding.line()).append(':').append(finding.column());
      }
      line.append(") ");
      if (!finding.path().isEmpty()) {
        line.append(finding.path()).append(": ");
      }
      line.append(finding.reason());
      if (!finding.hint().isEmpty()) {
        line.append(" (").append(finding.hint()).append(')');
      }
      System.out.println(line);
    }
    if (findings.isEmpty()) {
      System.out.println("No validation issues found.");
    }
  }

  private static SourceNode tree(List<Problem> findings) {
    List<SourceNode> items = new ArrayList<>();
    for (Problem finding : findings) {
      List<SourceMap.Entry> fields = new ArrayList<>();
      field(fields, "code", finding.code());
      field(fields, "level", finding.warning() ? "Warning" : "Error");
      field(fields, "origin", finding.source());
      fields.add(
          new SourceMap.Entry(
              "line",
              new SourceScalar(Integer.toString(finding.line()), SourceScalar.Kind.INTEGER, 0, 0),
              0,
              0));
      field(fields, "path", finding.path());
      field(fields, "message", finding.reason());
      field(fields, "hint", finding.hint());
      items.add(new SourceMap(fields, 0, 0));
    }
    return SourceList.of(items);
  }

  private static void field(List<SourceMap.Entry> fields, String name, String value) {
    fields.add(new SourceMap.Entry(name, SourceScalar.ofString(value), 0, 0));
  }
}
