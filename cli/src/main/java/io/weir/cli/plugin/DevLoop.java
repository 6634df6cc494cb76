package io.weir.cli.plugin;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Builds a project, runs it behind a proxy, and does so again whenever a source file is saved; says
 * for each request what the plugin changed. A build that fails leaves the last good one serving.
 */
public final class DevLoop {
  private static final long POLL_MILLIS = 100;

  private final PluginProject project;
  private final Artifact.Kind kind;
  private final Consumer<String> out;

  public DevLoop(PluginProject project, Artifact.Kind kind, Consumer<String> out) {
    this.project = project;
    this.kind = kind;
    this.out = out;
  }

  /** Runs until the thread is interrupted. */
  public void run(int port, InetSocketAddress upstream) throws IOException, InterruptedException {
    long seen = newest();
    Artifact artifact = build();
    try (Workbench bench = Workbench.start(artifact, project.configuration(), port, upstream)) {
      out.accept(
          project.name()
              + " answers; try: curl -i http://127.0.0.1:"
              + bench.port()
              + "/   (saving a file swaps it)");
      long read = 0;
      while (!Thread.currentThread().isInterrupted()) {
        read = report(bench.requestLog(), read);
        long now = newest();
        if (now > seen) {
          seen = now;
          swap(bench);
        }
        Thread.sleep(POLL_MILLIS);
      }
    }
  }

  private Artifact build() throws IOException, InterruptedException {
    return new PluginBuild(project, _ -> {}).build(Set.of(kind)).getFirst();
  }

  private void swap(Workbench bench) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    try {
      Artifact artifact = build();
      bench.swap(artifact);
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      out.accept(
          "built and handed to the proxy in " + millis + " ms (version " + bench.version() + ")");
    } catch (PluginToolException e) {
      out.accept(e.getMessage());
      out.accept("the last good version goes on serving");
    }
  }

  /** When the newest source was saved; milliseconds. */
  private long newest() throws IOException {
    try (Stream<Path> files = Files.walk(project.directory())) {
      return files
          .filter(Files::isRegularFile)
          .filter(DevLoop::isSource)
          .mapToLong(DevLoop::modified)
          .max()
          .orElse(0);
    }
  }

  private static boolean isSource(Path file) {
    for (Path part : file) {
      String name = part.toString();
      if (name.equals("target") || name.equals("node_modules") || name.startsWith(".git")) {
        return false;
      }
    }
    return true;
  }

  private static long modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Shows the exchanges that were logged since; the offset up to which the log was read. */
  private long report(Path log, long from) throws IOException {
    if (!Files.exists(log) || Files.size(log) <= from) {
      return from;
    }
    try (var file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(from);
      var bytes = new byte[(int) (file.length() - from)];
      file.readFully(bytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      int end = text.lastIndexOf('\n') + 1;
      text.substring(0, end).lines().forEach(line -> RequestDiff.of(line).forEach(out));
      return from + text.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
