package io.weir.wasm.vm;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiled modules in a directory that only this user may enter. Who can write a cached class can
 * run code here, so each file carries a MAC under a key that lies in the directory, and a directory
 * or key that others could have touched is not used. Bounded in size; the files not used longest go
 * first. Failures cost a compilation, nothing else. Thread-safe.
 */
public final class ClassCache {
  private static final Logger LOG = LoggerFactory.getLogger("wasm");
  private static final String SUFFIX = ".wcm";
  private static final int KEY_BYTES = 32;
  private static final int MAC_BYTES = 32;

  private final Path directory;
  private final long maxBytes;
  private final Clock clock;
  private byte @Nullable [] key;

  public ClassCache(Path directory, long maxBytes, Clock clock) {
    this.directory = directory;
    this.maxBytes = maxBytes;
    this.clock = clock;
  }

  /** Whether there is a file of that name. */
  boolean holds(String name) {
    return Files.exists(directory.resolve(name + SUFFIX));
  }

  /** A module compiled under that name, or null. */
  @Nullable CompiledCode load(String name) {
    Path file = directory.resolve(name + SUFFIX);
    try {
      byte[] secret = key(false);
      if (secret == null || !Files.exists(file)) {
        return null;
      }
      byte[] bytes = Files.readAllBytes(file);
      byte[] content = Arrays.copyOf(bytes, Math.max(0, bytes.length - MAC_BYTES));
      byte[] mac = Arrays.copyOfRange(bytes, content.length, bytes.length);
      if (!MessageDigest.isEqual(mac, mac(secret, name, content))) {
        LOG.warn("wasm: {} is damaged or not ours, compiling again", file);
        Files.delete(file);
        return null;
      }
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
      return CompiledCode.of(content);
    } catch (IOException | SecurityException e) {
      LOG.warn("wasm: {} cannot be read: {}", file, e.toString());
      return null;
    }
  }

  /** Keeps a module. */
  void save(String name, CompiledCode code) {
    try {
      byte[] secret = key(true);
      byte[] content = code.toBytes();
      if (secret == null || content.length > maxBytes / 2) {
        return;
      }
      Path temporary = Files.createTempFile(directory, "new", ".tmp");
      try {
        byte[] bytes = Arrays.copyOf(content, content.length + MAC_BYTES);
        System.arraycopy(mac(secret, name, content), 0, bytes, content.length, MAC_BYTES);
        Files.write(temporary, bytes);
        move(temporary, directory.resolve(name + SUFFIX));
      } finally {
        Files.deleteIfExists(temporary);
      }
      trim();
    } catch (IOException | SecurityException e) {
      LOG.warn("wasm: compiled code is not cached in {}: {}", directory, e.toString());
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException _) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void trim() throws IOException {
    List<Path> files = new ArrayList<>();
    try (var stream = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      stream.forEach(files::add);
    }
    long total = 0;
    var ages = new ArrayList<Aged>();
    for (Path file : files) {
      long bytes = Files.size(file);
      total += bytes;
      ages.add(new Aged(file, bytes, Files.getLastModifiedTime(file)));
    }
    ages.sort(Comparator.comparing(Aged::used));
    for (Aged oldest : ages) {
      if (total <= maxBytes) {
        return;
      }
      Files.deleteIfExists(oldest.file());
      total -= oldest.bytes();
    }
  }

  private record Aged(Path file, long bytes, FileTime used) {}

  /** The directory's key; null when there is none, or when others have access. */
  private synchronized byte @Nullable [] key(boolean create) throws IOException {
    if (key != null) {
      return key;
    }
    if (!Files.isDirectory(directory)) {
      if (!create) {
        return null;
      }
      Files.createDirectories(
          directory.toAbsolutePath().getParent() == null
              ? directory
              : directory.toAbsolutePath().getParent());
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    if (!PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))
        .equals("rwx------")) {
      throw new SecurityException("others may enter " + directory + "; make it 0700");
    }
    Path file = directory.resolve("key");
    try {
      byte[] read = Files.readAllBytes(file);
      if (read.length == KEY_BYTES) {
        key = read;
        return read;
      }
    } catch (NoSuchFileException _) {
      // The first to write makes it.
    }
    if (!create) {
      return null;
    }
    byte[] made = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(made);
    Path temporary = Files.createTempFile(directory, "key", ".tmp");
    Files.write(temporary, made);
    move(temporary, file);
    key = Files.readAllBytes(file);
    return key;
  }

  private static byte[] mac(byte[] secret, String name, byte[] content) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      mac.update(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return mac.doFinal(content);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
