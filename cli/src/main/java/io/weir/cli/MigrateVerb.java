package io.weir.cli;

import io.weir.controlplane.migrate.Migration;
import io.weir.xds.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints resources of older versions of Istio in today's spelling. */
@Command(
    name = "migrate",
    description =
        "Print EnvoyFilters of older Istio and Envoy versions in today's spelling, or as"
            + " TrafficExtensions.")
final class MigrateVerb implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--traffic-extension",
      description = "Turn EnvoyFilters that only put in Lua or wasm into TrafficExtensions.")
  private boolean trafficExtensions;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "YAML files with resources.")
  private List<Path> files = new ArrayList<>();

  @Override
  public Integer call() {
    boolean valid = true;
    boolean first = true;
    for (Path file : files) {
      Migration.Result result = Migration.run(read(file), file.toString(), trafficExtensions);
      for (Problem problem : result.problems()) {
        valid &= problem.warning();
        spec.commandLine().getErr().println(problem);
      }
      if (!result.text().isEmpty()) {
        spec.commandLine().getOut().print(first ? result.text() : "---\n" + result.text());
        first = false;
      }
    }
    spec.commandLine().getOut().flush();
    return valid ? Main.OK : Main.FINDINGS;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new VerbException(Main.FINDINGS, "cannot read " + file + ": " + e.getMessage());
    }
  }
}
