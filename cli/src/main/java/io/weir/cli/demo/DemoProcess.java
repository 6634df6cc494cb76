package io.weir.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One of the demo's processes, started through the launcher as a user would start it. */
final class DemoProcess implements AutoCloseable {
  private static final long STOP_SECONDS = 10;

  private final String name;
  private final Path log;
  private final Process process;

  private DemoProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts {@code ./weir ARGUMENTS}.
   *
   * @param name of the process and its log file
   */
  static DemoProcess start(Path launcher, Path folder, String name, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    command.addAll(arguments);
    Path log = folder.resolve(name + ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new DemoProcess(name, log, process);
  }

  String name() {
    return name;
  }

  Path log() {
    return log;
  }

  /** Throws when the process has ended by itself. */
  void checkAlive() {
    if (!process.isAlive()) {
      throw new DemoException(
          name + " ended with exit code " + process.exitValue() + ":\n" + tail() + "see " + log);
    }
  }

  /** How many lines of the log contain {@code text}. */
  long countInLog(String text) {
    try (var lines = Files.lines(log)) {
      return lines.filter(line -> line.contains(text)).count();
    } catch (IOException e) {
      throw new DemoException("cannot read " + log + ": " + e.getMessage());
    }
  }

  private String tail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size())) + "\n";
    } catch (IOException e) {
      return "";
    }
  }

  /** Ends the process as an operator would: it drains, then exits. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
