package io.weir.controlplane.debug;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigSnapshot;
import io.weir.controlplane.config.ConfigStore;
import io.weir.controlplane.config.ConfigWrite;
import io.weir.controlplane.config.DocumentReader;
import io.weir.xds.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was written over HTTP, kept in a folder so that it outlives the process. Every change
 * replaces the file in one step before it is answered, so a crash leaves the last whole version.
 * The folder belongs to one process at a time.
 */
public final class AppliedFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("config");
  private static final String NAME = "applied.yaml";

  private final @Nullable Path file;
  private final @Nullable FileChannel lockFile;

  private AppliedFile(@Nullable Path file, @Nullable FileChannel lockFile) {
    this.file = file;
    this.lockFile = lockFile;
  }

  /** Keeps nothing. */
  public static AppliedFile none() {
    return new AppliedFile(null, null);
  }

  /** Takes the folder, which is made when it does not exist. */
  public static AppliedFile in(Path folder) throws IOException {
    Files.createDirectories(folder);
    FileChannel lockFile =
        FileChannel.open(
            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = lockFile.tryLock();
    } catch (java.nio.channels.OverlappingFileLockException e) {
      // by this process
    }
    if (lock == null) {
      lockFile.close();
      throw new IOException(folder + " is in use by another control plane");
    }
    return new AppliedFile(folder.resolve(NAME), lockFile);
  }

  /** Puts what was kept into a store. A document that cannot be read is told and left in a copy. */
  public void load(ConfigStore store, DocumentReader reader) throws IOException {
    if (file == null || !Files.exists(file)) {
      return;
    }
    String text = Files.readString(file, StandardCharsets.UTF_8);
    DocumentReader.Documents read = reader.read(text, file.toString());
    List<Problem> errors = read.problems().stream().filter(p -> !p.warning()).toList();
    if (!errors.isEmpty()) {
      errors.forEach(problem -> LOG.error("{}", problem));
      Path copy = file.resolveSibling(NAME + ".refused");
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      LOG.error("not everything that was applied could be read again; {} has all of it", copy);
    }
    store.write(
        ConfigApi.SOURCE,
        reader.read(text, ConfigApi.SOURCE).configs().stream()
            .<ConfigWrite>map(config -> ConfigWrite.put(config, null))
            .toList());
  }

  /** Keeps what a snapshot holds of it. */
  synchronized void save(ConfigSnapshot snapshot) throws IOException {
    if (file == null) {
      return;
    }
    List<String> documents = new ArrayList<>();
    for (Config<?> config : snapshot.all().values()) {
      if (config.origin().source().equals(ConfigApi.SOURCE)) {
        Map<String, Object> shown = new LinkedHashMap<>(ConfigApi.shown(config));
        shown.remove("origin");
        documents.add(Json.text(shown));
      }
    }
    Path written = file.resolveSibling(NAME + ".new");
    try (FileChannel out =
        FileChannel.open(
            written,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes =
          ByteBuffer.wrap(String.join("---\n", documents).getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {
    try {
      if (lockFile != null) {
        lockFile.close();
      }
    } catch (IOException e) {
      LOG.warn("cannot close the lock of {}: {}", file, e.toString());
    }
  }
}
