package io.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.cli.EchoServer;
import io.weir.cli.plugin.Artifact;
import io.weir.cli.plugin.Bench;
import io.weir.cli.plugin.PluginTests;
import io.weir.cli.plugin.StockEnvoy;
import io.weir.cli.plugin.TestRun;
import io.weir.cli.plugin.Workbench;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every example plugin does the same in process and as a wasm module: one file of tests for both.
 */
class ExamplesTest {
  private static final Path TESTS = Path.of("../plugins-examples/src/test/plugins");
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
