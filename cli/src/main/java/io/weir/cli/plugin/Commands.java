package io.weir.cli.plugin;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs the compilers of other languages. */
final class Commands {
  private static final int NEWEST = 30;
  private static final int OLDEST = 11;

  private Commands() {}

  /**
   * The path of a program.
   *
   * @param install what to install when it is missing
   */
  static String find(String program, String install) {
    String path = System.getenv("PATH");
    for (String folder : path == null ? new String[0] : path.split(File.pathSeparator)) {
      Path file = Path.of(folder, program);
      if (Files.isExecutable(file)) {
        return file.toString();
      }
      // Debian installs compilers under names with a version.
      for (int version = NEWEST; version >= OLDEST; version--) {
        Path versioned = Path.of(folder, program + "-" + version);
        if (Files.isExecutable(versioned)) {
          return versioned.toString();
        }
      }
    }
    throw new PluginToolException(program + " is not on this machine: install " + install);
  }

  /**
   * Runs a program to its end.
   *
   * @throws PluginToolException with what it printed, when it fails
   */
  static void run(
      Path directory, Map<String, String> environment, Consumer<String> progress, String... command)
      throws IOException, InterruptedException {
    progress.accept("running " + Path.of(command[0]).getFileName() + " ...");
    var builder = new ProcessBuilder(List.of(command)).directory(directory.toFile());
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new PluginToolException(output.strip());
    }
  }
}
