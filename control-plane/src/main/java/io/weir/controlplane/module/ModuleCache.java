package io.weir.controlplane.module;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Modules by their content: some in memory, all on disk. A file that a live configuration refers to
 * is never deleted; another goes a day after it was last of use. Any thread.
 */
final class ModuleCache {

  private static final Logger LOG = LoggerFactory.getLogger("module");
  private static final long MEMORY_BYTES = 64L << 20;
  private static final Duration KEPT = Duration.ofHours(24);
  private static final String SUFFIX = ".wasm";

  private final Path folder;
  private final Cache<String, byte[]> memory =
      Caffeine.newBuilder()
          .maximumWeight(MEMORY_BYTES)
          .<String, byte[]>weigher((_, bytes) -> bytes.length)
          .build();

  ModuleCache(Path folder) {
    this.folder = folder;
  }

  void put(WasmModule module) {
    memory.put(module.sha256(), module.bytes());
    try {
      Files.createDirectories(folder);
      Path file = file(module.sha256());
      if (!Files.exists(file)) {
        Path draft = Files.createTempFile(folder, "module", ".tmp");
        Files.write(draft, module.bytes());
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      LOG.warn("cannot write modules to {}: {}; they stay in memory", folder, e.toString());
    }
  }

  /** The bytes, checked; null when they are not here. */
  byte @Nullable [] get(String sha256) {
    byte[] held = memory.getIfPresent(sha256);
    if (held != null) {
      return held;
    }
    if (!sha256.matches("[0-9a-f]{64}")) {
      return null;
    }
    try {
      Path file = file(sha256);
      byte[] bytes = Files.readAllBytes(file);
      if (!Digests.sha256(bytes).equals(sha256)) {
        Files.delete(file);
        return null;
      }
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      memory.put(sha256, bytes);
      return bytes;
    } catch (IOException e) {
      return null;
    }
  }

  /** Deletes what nobody refers to and was of no use for a day. */
  void clean(Set<String> live, Instant now) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        boolean ours = name.endsWith(SUFFIX);
        String digest = ours ? name.substring(0, name.length() - SUFFIX.length()) : "";
        if (ours
            && !live.contains(digest)
            && Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(KEPT))) {
          Files.delete(file);
          memory.invalidate(digest);
        }
      }
    } catch (IOException e) {
      LOG.debug("cleaning {}", folder, e);
    }
  }

  private Path file(String sha256) {
    return folder.resolve(sha256 + SUFFIX);
  }
}
