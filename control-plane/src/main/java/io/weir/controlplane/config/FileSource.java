package io.weir.controlplane.config;

import io.weir.xds.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a store in step with the YAML and JSON files of a folder and its subfolders. The operating
 * system's notifications wake it; a look at sizes and times in between finds what they miss (a
 * folder that is replaced, file systems without notifications). Owns one virtual thread.
 */
public final class FileSource implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("config");
  private static final Duration SCAN_INTERVAL = Duration.ofMillis(250);

  /** A file is read when nobody wrote to it for this long: it may be half written. */
  private static final Duration SETTLED = Duration.ofMillis(50);

  private static final int MAX_FILE_BYTES = 64 << 20;
  private static final int MAX_DEPTH = 10;

  /** How often files may vanish under the eyes of one look at the folder. */
  private static final int WALKS = 10;

  private final Path folder;
  private final DocumentReader reader;
  private final ConfigStore store;
  private final Map<Path, Stamp> seen = new HashMap<>();
  private final Set<Path> watched = new HashSet<>();
  private @Nullable WatchService watcher;
  private @Nullable Thread thread;
  private boolean unreadableFolder;
  private boolean unsettled;

  public FileSource(Path folder, DocumentReader reader, ConfigStore store) {
    this.folder = folder;
    this.reader = reader;
    this.store = store;
  }

  /** Reads the folder once, then follows its changes. */
  public void start() {
    scan();
    try {
      watcher = folder.getFileSystem().newWatchService();
    } catch (IOException | UnsupportedOperationException e) {
      LOG.warn(
          "no change notifications for {}: {}; looking every {} ms",
          folder,
          e.getMessage(),
          SCAN_INTERVAL.toMillis());
    }
    thread = Thread.ofVirtual().name("file-source").start(this::follow);
  }

  /** Reads what changed since the last call. Returns whether anything did. */
  public synchronized boolean scan() {
    Map<Path, Stamp> now = list();
    if (now == null) {
      return false;
    }
    Set<String> gone = new HashSet<>();
    seen.keySet().removeIf(path -> !now.containsKey(path) && gone.add(path.toString()));
    List<Path> fresh = new ArrayList<>();
    unsettled = false;
    now.forEach(
        (path, stamp) -> {
          if (!stamp.equals(seen.get(path))) {
            boolean settling = thread != null && stamp.youngerThan(SETTLED);
            unsettled |= settling;
            if (!settling) {
              fresh.add(path);
            }
          }
        });
    // Reading is most of the work of a start with many files.
    List<Optional<DocumentReader.Documents>> readable =
        fresh.parallelStream().map(path -> Optional.ofNullable(readFile(path))).toList();
    List<DocumentReader.Documents> read = new ArrayList<>();
    for (int i = 0; i < fresh.size(); i++) {
      Path path = fresh.get(i);
      readable
          .get(i)
          .ifPresent(
              documents -> {
                seen.put(path, Objects.requireNonNull(now.get(path)));
                read.add(documents);
              });
    }
    // What was added goes in before what was removed goes out: a resource that moved from one file
    // to another is never absent.
    if (!read.isEmpty()) {
      store.put(read);
      read.forEach(FileSource::log);
    }
    if (!gone.isEmpty()) {
      store.remove(gone);
    }
    return !read.isEmpty() || !gone.isEmpty();
  }

  private @Nullable Map<Path, Stamp> list() {
    try {
      Map<Path, Stamp> files = walk(WALKS);
      unreadableFolder = false;
      return files;
    } catch (IOException | UncheckedIOException e) {
      if (!unreadableFolder) {
        unreadableFolder = true;
        LOG.error("cannot read {}: {}; the last configuration stays", folder, e.toString());
      }
      return null;
    }
  }

  /** Begins anew when a file goes between being seen and being looked at. */
  private Map<Path, Stamp> walk(int times) throws IOException {
    Map<Path, Stamp> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder, MAX_DEPTH)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        if (isConfigFile(path)) {
          Stamp stamp = Stamp.of(path);
          if (stamp != null) {
            files.put(path, stamp);
          }
        }
      }
      return files;
    } catch (UncheckedIOException e) {
      if (times > 1 && e.getCause() instanceof NoSuchFileException && Files.isDirectory(folder)) {
        return walk(times - 1);
      }
      throw e;
    }
  }

  private static boolean isConfigFile(Path path) {
    String name = path.getFileName().toString();
    return !name.startsWith(".")
        && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"))
        && Files.isRegularFile(path);
  }

  private DocumentReader.@Nullable Documents readFile(Path path) {
    try {
      if (Files.size(path) > MAX_FILE_BYTES) {
        return unreadable(path, "larger than " + (MAX_FILE_BYTES >> 20) + " MiB", "split it");
      }
      return reader.read(Files.readString(path, StandardCharsets.UTF_8), path.toString());
    } catch (NoSuchFileException e) {
      return null;
    } catch (MalformedInputException e) {
      return unreadable(path, "not UTF-8", "save it as UTF-8");
    } catch (IOException e) {
      return unreadable(path, "cannot be read: " + e.getMessage(), "");
    }
  }

  private static DocumentReader.Documents unreadable(Path path, String reason, String hint) {
    Problem problem = new Problem(path.toString(), 0, 0, "", reason, hint, false);
    return new DocumentReader.Documents(
        path.toString(), List.of(), Map.of(), true, List.of(problem));
  }

  private static void log(DocumentReader.Documents documents) {
    for (Problem problem : documents.problems()) {
      if (problem.warning()) {
        LOG.warn("{}", problem);
      } else {
        LOG.error("{}", problem);
      }
    }
  }

  private void follow() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        watchFolders();
        waitForChange();
        scan();
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      // closed
    }
  }

  private void waitForChange() throws InterruptedException {
    WatchService service = watcher;
    if (service == null) {
      Thread.sleep(SCAN_INTERVAL);
      return;
    }
    if (unsettled) {
      Thread.sleep(SETTLED);
    }
    WatchKey key =
        unsettled ? service.poll() : service.poll(SCAN_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    while (key != null) {
      key.pollEvents();
      if (!key.reset()) {
        watched.remove((Path) key.watchable());
      }
      key = service.poll();
    }
  }

  private void watchFolders() {
    WatchService service = watcher;
    if (service == null) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder, MAX_DEPTH)) {
      for (Path path : (Iterable<Path>) paths.filter(Files::isDirectory)::iterator) {
        if (watched.add(path)) {
          path.register(
              service,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_DELETE);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      watched.clear();
    }
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
    }
    if (watcher != null) {
      try {
        watcher.close();
      } catch (IOException e) {
        LOG.debug("closing the watcher of {}", folder, e);
      }
    }
  }

  /** Tells two states of a file apart. */
  private record Stamp(FileTime modified, long size, @Nullable Object fileKey) {

    /** Never for a time in the future, which another machine may have written. */
    boolean youngerThan(Duration age) {
      Instant now = Instant.now();
      Instant written = modified.toInstant();
      return written.isAfter(now.minus(age)) && !written.isAfter(now);
    }

    static @Nullable Stamp of(Path path) {
      try {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
      } catch (IOException e) {
        return null;
      }
    }
  }
}
