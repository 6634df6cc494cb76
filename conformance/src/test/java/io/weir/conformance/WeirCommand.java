package io.weir.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A verb of {@code weir} in a process of its own, from this build's classes. */
record WeirCommand(int exit, String out) {
  private static final int PATIENCE_SECONDS = 120;

  /** The command line of a verb. */
  static List<String> of(String... verb) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.leakDetection.level=paranoid",
            "-cp",
            System.getProperty("java.class.path"),
            "io.weir.cli.Main"));
    command.addAll(List.of(verb));
    return command;
  }

  /** Runs a verb to its end; its output and errors together. */
  static WeirCommand run(Path folder, String... verb) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "weir", ".out");
    Process process =
        new ProcessBuilder(of(verb))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError("did not end: " + String.join(" ", verb));
    }
    return new WeirCommand(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
  }
}
