package io.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.cli.EchoServer;
import io.weir.cli.plugin.Artifact;
import io.weir.cli.plugin.Bench;
import io.weir.cli.plugin.PluginBuild;
import io.weir.cli.plugin.PluginProject;
import io.weir.cli.plugin.PluginTests;
import io.weir.cli.plugin.PluginToolException;
import io.weir.cli.plugin.StockEnvoy;
import io.weir.cli.plugin.TestRun;
import io.weir.cli.plugin.Workbench;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every example plugin does the same in process and as a wasm module, and so do its twins in other
 * languages: one file of tests for all.
 */
class ExamplesTest {
  private static final Path TESTS = Path.of("../plugins-examples/src/test/plugins");
  private static final Path SOURCES = Path.of("../plugins-examples/src/main");
  private static EchoServer echo;

  @BeforeAll
  static void startUpstream() throws Exception {
    echo = EchoServer.start(new InetSocketAddress("127.0.0.1", 0));
  }

  @AfterAll
  static void stopUpstream() {
    echo.close();
  }

  static List<String> plugins() throws Exception {
    try (Stream<Path> files = Files.list(TESTS)) {
      return files.map(f -> f.getFileName().toString().replace(".yaml", "")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("plugins")
  void inProcess(String plugin) throws Exception {
    run(plugin, new Artifact(Artifact.Kind.JAR, CaseRun.plugins().resolve("examples.jar"), plugin));
  }

  @ParameterizedTest
  @MethodSource("plugins")
  void asModule(String plugin) throws Exception {
    run(
        plugin,
        new Artifact(Artifact.Kind.WASM, CaseRun.plugins().resolve(plugin + ".wasm"), plugin));
  }

  /** The modules are standard: a stock Envoy, named by {@code ENVOY}, shows the same. */
  @ParameterizedTest
  @MethodSource("plugins")
  void inStockEnvoy(String plugin) throws Exception {
    String envoy = System.getenv("ENVOY");
    assumeTrue(envoy != null, "no stock Envoy: set ENVOY to its path");
    run(
        StockEnvoy.at(Path.of(envoy)),
        plugin,
        new Artifact(Artifact.Kind.WASM, CaseRun.plugins().resolve(plugin + ".wasm"), plugin));
  }

  static List<String> scripts() throws Exception {
    try (Stream<Path> files = Files.list(SOURCES.resolve("lua"))) {
      return files.map(f -> f.getFileName().toString().replace(".lua", "")).sorted().toList();
    }
  }

  /** Some examples have twins in Lua: the same tests hold for them. */
  @ParameterizedTest
  @MethodSource("scripts")
  void asScript(String plugin) throws Exception {
    run(plugin, script(plugin));
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void asScriptInStockEnvoy(String plugin) throws Exception {
    String envoy = System.getenv("ENVOY");
    assumeTrue(envoy != null, "no stock Envoy: set ENVOY to its path");
    run(StockEnvoy.at(Path.of(envoy)), plugin, script(plugin));
  }

  private static Artifact script(String plugin) {
    return new Artifact(
        Artifact.Kind.LUA, SOURCES.resolve("lua/" + plugin + ".lua").toAbsolutePath(), plugin);
  }

  /** Twins in other languages are built here when {@code TWINS} is set and the tools are there. */
  @ParameterizedTest
  @CsvSource({
    "rust, my-custom-filter",
    "rust, add-header",
    "as, my-custom-filter",
    "as, add-header"
  })
  void asTwin(String language, String plugin) throws Exception {
    assumeTrue(System.getenv("TWINS") != null, "set TWINS to build twins in other languages");
    Path twin = copy(SOURCES.resolve(language + "/" + plugin), language + "-" + plugin);
    List<Artifact> built;
    try {
      built =
          new PluginBuild(PluginProject.read(twin), line -> {})
              .build(EnumSet.of(Artifact.Kind.WASM));
    } catch (PluginToolException e) {
      assumeTrue(false, e.getMessage());
      return;
    }
    run(plugin, built.getFirst());
    String envoy = System.getenv("ENVOY");
    if (envoy != null) {
      run(StockEnvoy.at(Path.of(envoy)), plugin, built.getFirst());
    }
  }

  /** Sources apart from what their build leaves; what it left is used again. */
  private static Path copy(Path from, String name) throws Exception {
    Path to = Path.of("target/twins", name).toAbsolutePath();
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return to;
  }

  private static void run(String plugin, Artifact artifact) throws Exception {
    run(Workbench::start, plugin, artifact);
  }

  private static void run(Bench.Starter proxy, String plugin, Artifact artifact) throws Exception {
    List<PluginTests.Test> tests = PluginTests.read(TESTS.resolve(plugin + ".yaml"));
    var lines = new ArrayList<String>();

    int failed = new TestRun(proxy, echo.address(), lines::add).run(tests, artifact, "");

    assertThat(failed).as("%s", lines).isZero();
    assertThat(lines).hasSameSizeAs(tests);
  }
}
