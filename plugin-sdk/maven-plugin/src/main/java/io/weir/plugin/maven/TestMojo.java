package io.weir.plugin.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.NullUnmarked;

/**
 * Runs {@code tests/*.yaml} against each artifact behind a proxy, in a JVM of its own: what {@code
 * weir plugin test} does, with the artifacts that Maven has built.
 */
@Mojo(name = "test", defaultPhase = LifecyclePhase.INTEGRATION_TEST, threadSafe = true)
@NullUnmarked
public final class TestMojo extends ProjectMojo {
  @Parameter(defaultValue = "${plugin}", readonly = true, required = true)
  private PluginDescriptor plugin;

  /** A stock Envoy to run the modules in, too. */
  @Parameter(property = "weir.envoy")
  private File envoy;

  @Override
  void run() throws IOException, InterruptedException, MojoFailureException {
    Path jar = target().resolve(project.getBuild().getFinalName() + ".jar");
    for (String name : plugins().keySet()) {
      List<String> artifacts = List.of(jar.toString(), target().resolve(name + ".wasm").toString());
      test(name, artifacts, List.of());
      if (envoy != null) {
        test(name, artifacts.subList(1, 2), List.of("--envoy", envoy.toString()));
      }
    }
  }

  private void test(String name, List<String> artifacts, List<String> more)
      throws IOException, InterruptedException, MojoFailureException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-Dslf4j.provider=io.weir.proxy.logging.LoggingProvider",
            "-Dslf4j.internal.verbosity=WARN",
            "-cp",
            classPath(),
            "io.weir.cli.Main",
            "plugin",
            "test",
            project.getBasedir().toString()));
    for (String artifact : artifacts) {
      command.add("--artifact");
      command.add(artifact);
    }
    command.addAll(more);
    int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (exit != 0) {
      throw new MojoFailureException("tests of " + name + " failed");
    }
  }

  private String classPath() {
    return plugin.getArtifacts().stream()
        .map(artifact -> artifact.getFile().toString())
        .distinct()
        .reduce((a, b) -> a + File.pathSeparator + b)
        .orElse("");
  }
}
