package io.weir.conformance;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A proxy process over one bootstrap file: Weir as built, or a stock Envoy. */
final class RunningProxy implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);

  private final Process process;
  private final Path log;

  private RunningProxy(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts Weir from this build's classes and waits until it is ready. */
  static RunningProxy weir(Path bootstrap, Path plugins, int admin) throws Exception {
    List<String> command =
        WeirCommand.of(
            "proxy",
            "-c",
            bootstrap.toString(),
            "--concurrency",
            "1",
            "--plugin-dir",
            plugins.toString());
    return start(command, bootstrap.resolveSibling("weir.log"), admin);
  }

  /** Starts a stock Envoy and waits until it is ready. */
  static RunningProxy envoy(Path binary, Path bootstrap, int admin) throws Exception {
    return start(
        List.of(
            binary.toString(),
            "-c",
            bootstrap.toString(),
            "--concurrency",
            "1",
            "--disable-hot-restart"),
        bootstrap.resolveSibling("envoy.log"),
        admin);
  }

  private static RunningProxy start(List<String> command, Path log, int admin) throws Exception {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    var proxy = new RunningProxy(process, log);
    long deadline = System.nanoTime() + START.toNanos();
    while (!ready(admin)) {
      if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
        proxy.close();
        throw new AssertionError("the proxy did not start:\n" + proxy.log());
      }
    }
    return proxy;
  }

  private static boolean ready(int admin) {
    try {
      var ready = URI.create("http://127.0.0.1:" + admin + "/ready").toURL();
      return ((HttpURLConnection) ready.openConnection()).getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  long pid() {
    return process.pid();
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  /** Two ports that are free now. */
  static int[] freePorts() throws IOException {
    try (var one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new int[] {one.getLocalPort(), two.getLocalPort()};
    }
  }

  /** Asks the proxy to end, as an operator's SIGTERM does; the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the proxy did not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
