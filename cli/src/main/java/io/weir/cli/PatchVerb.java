package io.weir.cli;

import io.weir.controlplane.patch.PatchCodes;
import io.weir.controlplane.patch.PatchCommand;
import io.weir.controlplane.patch.PatchCommand.TextFile;
import io.weir.controlplane.patch.PatchContext;
import io.weir.controlplane.patch.PatchReport;
import io.weir.controlplane.patch.Profile;
import io.weir.xds.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Applies EnvoyFilters to the resources of any configuration dump, or says why they do not match.
 */
@Command(
    name = "patch",
    description = "Apply EnvoyFilters to a configuration dump, or explain what they match.",
    synopsisSubcommandLabel = "(apply | explain)",
    subcommands = {PatchVerb.Apply.class, PatchVerb.Explain.class})
final class PatchVerb {

  /** What both take. */
  static final class Inputs {

    @Option(
        names = "--config-dump",
        required = true,
        paramLabel = "DUMP.json",
        description =
            "Resources of an Envoy or Weir: a /config_dump, or a map of listeners, routes, clusters.")
    private Path dump = Path.of("");

    @Option(
        names = "--context",
        required = true,
        paramLabel = "CONTEXT",
        description = "SIDECAR_INBOUND, SIDECAR_OUTBOUND or GATEWAY.")
    private PatchContext context = PatchContext.ANY;

    @Option(
        names = "--node",
        paramLabel = "NODE.json",
        description =
            "The proxy's xDS Node: namespace, labels and version decide which filters are for it."
                + " Without it all are.")
    private @Nullable Path node;

    @Option(
        names = "--root-namespace",
        paramLabel = "NAMESPACE",
        defaultValue = PatchCommand.ROOT_NAMESPACE,
        description = "The mesh's root namespace (default: ${DEFAULT-VALUE}).")
    private String rootNamespace = "";

    @Option(
        names = "--compat",
        paramLabel = "istio",
        description = "Do as Istio does, its defects included.")
    private @Nullable Compat compat;

    @Option(
        names = "-f",
        required = true,
        paramLabel = "FILE",
        description = "EnvoyFilter resources, several documents a file.")
    private List<Path> files = new ArrayList<>();

    PatchCommand.Result run() {
      return PatchCommand.run(
          new PatchCommand.Request(
              read(dump),
              context,
              node == null ? null : read(node),
              files.stream().map(Inputs::read).toList(),
              rootNamespace,
              compat == null ? Profile.WEIR : Profile.ISTIO));
    }

    private static TextFile read(Path file) {
      try {
        return new TextFile(file.toString(), Files.readString(file));
      } catch (IOException e) {
        throw new VerbException(Main.FINDINGS, "cannot read " + file + ": " + e.getMessage());
      }
    }
  }

  /** Whose behaviour is wanted. */
  enum Compat {
    ISTIO
  }

  /** Prints the patched resources. */
  @Command(name = "apply", description = "Print the patched resources as JSON.")
  static final class Apply implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private Inputs inputs = new Inputs();

    @Override
    public Integer call() {
      PatchCommand.Result result = inputs.run();
      PrintWriter err = spec.commandLine().getErr();
      tell(result, err);
      for (PatchReport.Entry entry : result.unmatched()) {
        err.println(
            "warning: "
                + PatchCodes.NEVER_MATCHED
                + ": "
                + entry.id()
                + " changed nothing: "
                + entry.failure());
      }
      spec.commandLine().getOut().println(result.resources());
      return result.valid() ? Main.OK : Main.FINDINGS;
    }
  }

  /** Prints the match report. */
  @Command(
      name = "explain",
      description =
          "Print for each patch where it matched, or the first condition that failed, with what"
              + " there is instead.")
  static final class Explain implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private Inputs inputs = new Inputs();

    @Override
    public Integer call() {
      PatchCommand.Result result = inputs.run();
      tell(result, spec.commandLine().getErr());
      spec.commandLine().getOut().print(result.explanation());
      spec.commandLine().getOut().flush();
      return result.valid() && result.unmatched().isEmpty() ? Main.OK : Main.FINDINGS;
    }
  }

  private static void tell(PatchCommand.Result result, PrintWriter err) {
    for (Problem problem : result.problems()) {
      err.println(problem);
    }
    result
        .modern()
        .forEach(
            (id, text) -> {
              err.println("\n# " + id + " in today's spelling:");
              err.println(text);
            });
  }
}
