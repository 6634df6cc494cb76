package io.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A project of {@code weir plugin new} built by Maven outside this build, from a repository that
 * holds what this build made: the goals {@code verify}, {@code wasm}, {@code package}, {@code
 * test}.
 */
class MavenPluginTest {
  private static final Map<String, String> MODULES =
      Map.ofEntries(
          Map.entry("weir-plugin-api", "plugin-sdk/api"),
          Map.entry("weir-plugin-spi", "plugin-sdk/spi"),
          Map.entry("weir-plugin-processor", "plugin-sdk/processor"),
          Map.entry("weir-plugin-verifier", "plugin-sdk/verifier"),
          Map.entry("weir-plugin-jvm", "plugin-sdk/jvm"),
          Map.entry("weir-plugin-wasm", "plugin-sdk/wasm"),
          Map.entry("weir-maven-plugin", "plugin-sdk/maven-plugin"),
          Map.entry("weir-xds", "xds"),
          Map.entry("weir-proxy", "proxy"),
          Map.entry("weir-wasm-host", "wasm-host"),
          Map.entry("weir-lua-filter", "lua-filter"),
          Map.entry("weir-control-plane", "control-plane"),
          Map.entry("weir-cli", "cli"));
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path folder;
  private Path local;

  @BeforeEach
  void fillRepository() throws Exception {
    local = Path.of(System.getProperty("user.home"), ".m2/repository");
    assumeTrue(
        Files.isDirectory(local.resolve("org/teavm")), "no Maven repository in the home folder");
    assumeTrue(onPath("mvn"), "no mvn on the path");
    Path weir = folder.resolve("weir");
    put(weir, "weir", ROOT);
    put(weir, "weir-plugin-sdk", ROOT.resolve("plugin-sdk"));
    for (Map.Entry<String, String> module : MODULES.entrySet()) {
      Path home = ROOT.resolve(module.getValue());
      Path version = put(weir, module.getKey(), home);
      zip(home.resolve("target/classes"), version.resolve(module.getKey() + "-0.1.0.jar"));
    }
    // Everything else is taken from the repository of this build, without a copy.
    Path repository = Files.createDirectories(folder.resolve("repository"));
    try (Stream<Path> groups = Files.list(local)) {
      for (Path group : groups.toList()) {
        if (!group.getFileName().toString().equals("io")) {
          Files.createSymbolicLink(repository.resolve(group.getFileName()), group);
        }
      }
    }
    Path io = Files.createDirectories(repository.resolve("io"));
    try (Stream<Path> groups = Files.list(local.resolve("io"))) {
      for (Path group : groups.toList()) {
        if (!group.getFileName().toString().equals("weir")) {
          Files.createSymbolicLink(io.resolve(group.getFileName()), group);
        }
      }
    }
    Files.move(weir, io.resolve("weir"));
  }

  /** Links out of the temporary folder are not for JUnit to delete. */
  @AfterEach
  void removeLinks() throws IOException {
    for (String place : List.of("repository", "repository/io")) {
      Path directory = folder.resolve(place);
      if (Files.isDirectory(directory)) {
        try (Stream<Path> entries = Files.list(directory)) {
          for (Path entry : entries.filter(Files::isSymbolicLink).toList()) {
            Files.delete(entry);
          }
        }
      }
    }
  }

  private static boolean onPath(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private static Path put(Path weir, String artifact, Path home) throws IOException {
    Path version = Files.createDirectories(weir.resolve(artifact + "/0.1.0"));
    Files.copy(home.resolve("pom.xml"), version.resolve(artifact + "-0.1.0.pom"));
    return version;
  }

  private static void zip(Path classes, Path jar) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
  }

  @Test
  void aNewProjectIsBuiltTestedAndPacked() throws Exception {
    WeirCommand.run(folder, "plugin", "new", "say-hello");
    Path project = folder.resolve("say-hello");

    String log = maven(project, "verify");

    assertThat(log).contains("BUILD SUCCESS", "2 passed, 0 failed");
    try (var bundle = new ZipFile(project.resolve("target/say-hello-0.1.0.zip").toFile())) {
      assertThat(bundle.stream().map(ZipEntry::getName))
          .containsExactlyInAnyOrder(
              "plugin.yaml", "say-hello.schema.json", "say-hello.jar", "say-hello.wasm");
      String manifest =
          new String(
              bundle.getInputStream(bundle.getEntry("plugin.yaml")).readAllBytes(),
              StandardCharsets.UTF_8);
      assertThat(manifest)
          .contains(
              "name: \"say-hello\"",
              "abi: proxy-wasm/0.2.1",
              "headers: write",
              "body: none",
              "httpCalls: false",
              "memoryMax: ",
              "say-hello.wasm: ",
              "tests: 1");
    }
  }

  @Test
  void whatPluginsDoNotHaveFailsTheBuild() throws Exception {
    WeirCommand.run(folder, "plugin", "new", "say-hello");
    Path project = folder.resolve("say-hello");
    Path source = project.resolve("src/main/java/plugin/SayHello.java");
    Files.writeString(
        source,
        Files.readString(source).replaceFirst("\"hello\"", "System.getenv(\"HOME\") + \"\""));

    String log = maven(project, "process-classes");

    assertThat(log).contains("SayHello.java:13: java.lang.System.getenv", "BUILD FAILURE");
  }

  private String maven(Path project, String phase) throws Exception {
    Path log = folder.resolve("maven.log");
    var builder =
        new ProcessBuilder(
            List.of(
                "mvn",
                "-o",
                "-B",
                "-Dstyle.color=never",
                "-Dmaven.repo.local=" + folder.resolve("repository"),
                phase));
    builder.directory(project.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    Process process = builder.start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return Files.readString(log);
  }
}
