package io.weir.cli;

import io.weir.cli.plugin.Artifact;
import io.weir.cli.plugin.Bench;
import io.weir.cli.plugin.Inspection;
import io.weir.cli.plugin.Language;
import io.weir.cli.plugin.PluginBuild;
import io.weir.cli.plugin.PluginProject;
import io.weir.cli.plugin.PluginTests;
import io.weir.cli.plugin.StockEnvoy;
import io.weir.cli.plugin.Templates;
import io.weir.cli.plugin.TestRun;
import io.weir.cli.plugin.Workbench;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a plugin's author does: make, build, test, run, look into. */
@Command(name = "plugin", description = "Make, build, test, run and inspect plugins.")
final class PluginVerb implements Runnable {
  private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);

  private static final long CLOSE_SECONDS = 8;
  private static final String ENVOY = "Take this stock Envoy for the proxy; it runs no jars.";
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what: new, build, test, run or inspect");
  }

  @Command(name = "new", description = "Make a project: a plugin that adds a header, and its test.")
  int make(
      @Parameters(paramLabel = "NAME", description = "Lower-case letters, digits, hyphens.")
          String name,
      @Option(
              names = "--lang",
              defaultValue = "java",
              paramLabel = "LANGUAGE",
              description = "java, lua, rust, as (AssemblyScript) or c (default: java).")
          Language language,
      @Option(names = "--dir", paramLabel = "DIR", description = "Where; ./NAME by default.")
          @Nullable Path directory)
      throws IOException {
    Path target = directory == null ? Path.of(name) : directory;
    Templates.write(target, name, language).forEach(System.out::println);
    System.out.println("next: cd " + target + " && weir dev");
    return Main.OK;
  }

  @Command(description = "Build a project with what this machine has.")
  int build(
      @Parameters(arity = "0..1", defaultValue = ".", paramLabel = "DIR") Path directory,
      @Option(names = "--only", paramLabel = "KIND", description = "jar, wasm or lua.")
          Artifact.@Nullable Kind only)
      throws IOException, InterruptedException {
    new PluginBuild(PluginProject.read(directory), System.out::println).build(kinds(only));
    return Main.OK;
  }

  @Command(description = "Run a project's tests, tests/*.yaml, against each of its artifacts.")
  int test(
      @Parameters(arity = "0..1", defaultValue = ".", paramLabel = "DIR") Path directory,
      @Option(names = "--only", paramLabel = "KIND", description = "jar, wasm or lua.")
          Artifact.@Nullable Kind only,
      @Option(
              names = "--artifact",
              paramLabel = "FILE",
              description = "Test this file in place of a build; may be repeated.")
          @Nullable List<Path> files,
      @Option(names = "--envoy", paramLabel = "FILE", description = ENVOY) @Nullable Path envoy)
      throws IOException, InterruptedException {
    quiet();
    PluginProject project = PluginProject.read(directory);
    List<PluginTests.Test> tests = PluginTests.read(project);
    if (tests.isEmpty()) {
      throw new VerbException(Main.FINDINGS, directory.resolve("tests") + " has no .yaml file");
    }
    int failed = 0;
    int ran = 0;
    try (EchoServer echo = EchoServer.start(ANY_PORT)) {
      List<Artifact> artifacts =
          files == null ? builds(project, only, envoy) : files.stream().map(Artifact::of).toList();
      for (Artifact artifact : artifacts) {
        failed +=
            new TestRun(proxy(envoy), echo.address(), System.out::println)
                .run(tests, artifact, project.configuration());
        ran += tests.size();
      }
    }
    System.out.println(ran - failed + " passed, " + failed + " failed");
    return failed == 0 ? Main.OK : Main.FINDINGS;
  }

  @Command(description = "Run a plugin behind a proxy, in front of the built-in upstream.")
  int run(
      @Parameters(
              paramLabel = "DIR_OR_FILE",
              arity = "0..1",
              defaultValue = ".",
              description = "A project, or a .wasm, .jar or .lua file.")
          Path plugin,
      @Option(names = "--config", paramLabel = "JSON", description = "The plugin's configuration.")
          @Nullable String configuration,
      @Option(
              names = "--port",
              defaultValue = "0",
              paramLabel = "N",
              description = "Where to listen; a free port by default.")
          int port,
      @Option(names = "--only", paramLabel = "KIND", description = "jar, wasm or lua.")
          Artifact.@Nullable Kind only,
      @Option(names = "--envoy", paramLabel = "FILE", description = ENVOY) @Nullable Path envoy)
      throws IOException, InterruptedException {
    Artifact artifact;
    String configured = configuration == null ? "" : configuration;
    if (Files.isDirectory(plugin)) {
      PluginProject project = PluginProject.read(plugin);
      artifact = builds(project, only, envoy).getFirst();
      configured = configuration == null ? project.configuration() : configuration;
    } else {
      artifact = Artifact.of(plugin);
    }
    var closed = new CountDownLatch(1);
    try (EchoServer echo = EchoServer.start(ANY_PORT);
        Bench bench = proxy(envoy).start(artifact, configured, port, echo.address())) {
      System.out.println("try: curl -i http://127.0.0.1:" + bench.port() + "/");
      var stopped = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> endInOrder(stopped, closed)));
      stopped.await();
    } finally {
      closed.countDown();
    }
    return Main.OK;
  }

  @Command(description = "Tell a plugin file's kind, ABI, imports, callbacks and capabilities.")
  int inspect(
      @Parameters(arity = "1..*", paramLabel = "FILE") List<Path> files,
      @Option(
              names = {"-o", "--output"},
              defaultValue = "table",
              paramLabel = "FORMAT",
              description = "table or json (default: table).")
          Output output)
      throws IOException {
    boolean json = output == Output.JSON;
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        throw new VerbException(Main.FINDINGS, file + " is not a file");
      }
      Map<String, String> facts = Inspection.of(file);
      if (json) {
        System.out.println(json(facts));
      } else {
        facts.forEach((name, value) -> System.out.printf("%-32s %s%n", name, value));
      }
    }
    return Main.OK;
  }

  /** Lets the proxy be closed before the process ends, so that no folder stays. */
  private static void endInOrder(CountDownLatch stopped, CountDownLatch closed) {
    stopped.countDown();
    try {
      if (!closed.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("the proxy did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Bench.Starter proxy(@Nullable Path envoy) {
    return envoy == null ? Workbench::start : StockEnvoy.at(envoy);
  }

  private static List<Artifact> builds(
      PluginProject project, Artifact.@Nullable Kind only, @Nullable Path envoy)
      throws IOException, InterruptedException {
    Set<Artifact.Kind> kinds = kinds(only);
    if (envoy != null) {
      kinds.remove(Artifact.Kind.JAR);
    }
    return new PluginBuild(project, System.out::println).build(kinds);
  }

  private static String json(Map<String, String> facts) {
    var text = new StringBuilder("{");
    facts.forEach(
        (name, value) ->
            text.append(text.length() == 1 ? "" : ", ")
                .append(EchoServer.quote(name))
                .append(": ")
                .append(EchoServer.quote(value)));
    return text.append('}').toString();
  }

  static Set<Artifact.Kind> kinds(Artifact.@Nullable Kind only) {
    return only == null ? EnumSet.allOf(Artifact.Kind.class) : EnumSet.of(only);
  }

  /** Only what goes wrong in the proxy is of interest beside a test's own lines. */
  static void quiet() {
    io.weir.proxy.logging.Loggers.installed().setLevel(io.weir.proxy.logging.LogLevel.ERROR);
  }
}
