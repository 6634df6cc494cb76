package io.weir.controlplane.analyze;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigStore;
import io.weir.controlplane.config.DocumentReader;
import io.weir.controlplane.config.EnvoyFilterConfig;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.validate.ConfigValidation;
import io.weir.xds.Problem;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Everything that can be said about a set of resources without running them. */
public final class Analysis {

  private Analysis() {}

  /**
   * Reads files and folders and analyzes all of them together.
   *
   * @return findings by file and line
   */
  public static List<Problem> run(List<Path> inputs, MeshConfig mesh) throws IOException {
    ConfigStore store = new ConfigStore();
    DocumentReader reader = new DocumentReader(List.of(new ConfigValidation()));
    List<DocumentReader.Documents> read = new ArrayList<>();
    List<Problem> unreadable = new ArrayList<>();
    for (Path file : files(inputs)) {
      try {
        read.add(reader.read(Files.readString(file), file.toString()));
      } catch (CharacterCodingException e) {
        unreadable.add(new Problem(file.toString(), 0, 0, "", "not UTF-8", "", false));
      }
    }
    store.put(read);
    List<Problem> findings = new ArrayList<>(run(store, mesh));
    unreadable.forEach(problem -> findings.add(coded(problem)));
    findings.sort(
        Comparator.comparing(Problem::source)
            .thenComparing(Problem::line)
            .thenComparing(Problem::column)
            .thenComparing(Problem::code));
    return List.copyOf(findings);
  }

  /** Analyzes what a store holds. */
  public static List<Problem> run(ConfigStore store, MeshConfig mesh) {
    World world = new World(store.snapshot(), mesh);
    new RoutingAnalyzer(world).run();
    new DestinationRuleAnalyzer(world).run();
    new GatewayAnalyzer(world).run();
    new SelectorAnalyzer(world).run();
    new ServiceAnalyzer(world).run();
    new IngressAnalyzer(world).run();
    new CredentialAnalyzer(world).run();
    new SecurityAnalyzer(world).run();
    List<Problem> findings = new ArrayList<>();
    store.problems().forEach(problem -> findings.add(coded(problem)));
    findings.addAll(world.findings());
    findings.addAll(EnvoyFilterAnalyzer.analyze(envoyFilters(world)));
    return List.copyOf(findings);
  }

  private static List<EnvoyFilterAnalyzer.Located> envoyFilters(World world) {
    List<EnvoyFilterAnalyzer.Located> located = new ArrayList<>();
    for (Config<EnvoyFilterConfig> config :
        world.list(Kind.ENVOY_FILTER, EnvoyFilterConfig.class)) {
      located.add(
          new EnvoyFilterAnalyzer.Located(config.spec().filter(), config.origin().source()));
    }
    return located;
  }

  /** What reading finds has Istio's codes for the schema, unless it has its own. */
  private static Problem coded(Problem problem) {
    if (!problem.code().isEmpty()) {
      return problem;
    }
    Code code = problem.warning() ? Code.SCHEMA_WARNING : Code.SCHEMA_VALIDATION_ERROR;
    return new Problem(
        problem.source(),
        problem.line(),
        problem.column(),
        problem.path(),
        problem.reason(),
        problem.hint(),
        problem.warning(),
        code.code());
  }

  private static List<Path> files(List<Path> inputs) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path input : inputs) {
      if (Files.isDirectory(input)) {
        try (Stream<Path> found = Files.walk(input)) {
          found
              .filter(Files::isRegularFile)
              .filter(path -> path.getFileName().toString().matches(".*\\.(ya?ml|json)"))
              .sorted()
              .forEach(files::add);
        }
      } else {
        files.add(input);
      }
    }
    return files;
  }
}
