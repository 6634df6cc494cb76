package io.weir.cli.plugin;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A stock Envoy with one plugin, over the same files as a {@link Workbench}. */
public final class StockEnvoy implements Bench {
  private static final long START_SECONDS = 30;
  private static final long STOP_SECONDS = 5;
  private final Path folder;
  private final int port;
  private final Process process;

  private StockEnvoy(Path folder, int port, Process process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  /** Starts that Envoy. */
  public static Starter at(Path binary) {
    return (artifact, configuration, port, upstream) ->
        start(binary, artifact, configuration, port, upstream);
  }

  private static Bench start(
      Path binary, Artifact artifact, String configuration, int port, InetSocketAddress upstream)
      throws IOException, InterruptedException {
    if (artifact.kind() == Artifact.Kind.JAR) {
      throw new PluginToolException("Envoy runs no jars; take the .wasm of the plugin");
    }
    Path folder = Files.createTempDirectory("weir-envoy");
    try {
      int listen = port == 0 ? Workbench.freePort() : port;
      Artifact placed =
          new Artifact(artifact.kind(), artifact.file().toAbsolutePath(), artifact.plugin());
      String listener = WorkbenchFiles.listener(folder, placed, configuration, listen);
      WorkbenchFiles.writeBootstrap(folder, upstream);
      Path bootstrap = WorkbenchFiles.writeCheck(folder, listener);
      Process process =
          new ProcessBuilder(
                  binary.toString(),
                  "-c",
                  bootstrap.toString(),
                  "--concurrency",
                  "1",
                  "--disable-hot-restart",
                  "-l",
                  "warning")
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("envoy.log").toFile())
              .start();
      var envoy = new StockEnvoy(folder, listen, process);
      envoy.awaitListener();
      return envoy;
    } catch (IOException | RuntimeException e) {
      Folders.delete(folder);
      throw e;
    }
  }

  private void awaitListener() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!accepts()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        String log = log();
        close();
        throw new PluginToolException("Envoy refuses the plugin:\n" + log);
      }
      Thread.sleep(10);
    }
  }

  private boolean accepts() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** What Envoy said, without its usual warnings of the start. */
  private String log() throws IOException {
    try (var lines = Files.lines(folder.resolve("envoy.log"))) {
      return lines.filter(line -> !line.contains("[warning]")).collect(Collectors.joining("\n"));
    }
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    Folders.delete(folder);
  }
}
