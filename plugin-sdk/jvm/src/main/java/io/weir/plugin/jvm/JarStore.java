package io.weir.plugin.jvm;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Jars by their content: one class loader for each digest while anything uses it, none afterwards.
 * Used on the control thread.
 */
final class JarStore {
  private static final String DIGEST = "@sha256:";
  private final Map<String, WeakReference<PluginJar>> jars = new HashMap<>();

  /**
   * The jar of that name.
   *
   * @param name {@code NAME} for {@code NAME.jar}, or {@code NAME@sha256:HEX} for {@code
   *     sha256/HEX.jar}, or a {@code NAME.jar} of that content
   * @throws IOException when there is none, or it is no jar; the message says which
   */
  PluginJar open(Path directory, String name) throws IOException {
    int at = name.indexOf(DIGEST);
    String wanted = at < 0 ? "" : name.substring(at + DIGEST.length());
    Path file = directory.resolve((at < 0 ? name : name.substring(0, at)) + ".jar");
    Path stored = directory.resolve("sha256").resolve(wanted + ".jar");
    if (!wanted.isEmpty() && Files.isRegularFile(stored)) {
      file = stored;
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          wanted.isEmpty()
              ? file + " does not exist"
              : "neither " + stored + " nor " + file + " exists");
    }
    byte[] content = Files.readAllBytes(file);
    String digest = digest(content);
    if (!wanted.isEmpty() && !wanted.equals(digest)) {
      throw new IOException(file + " has the digest sha256:" + digest + ", not the one asked for");
    }
    jars.values().removeIf(reference -> reference.get() == null);
    WeakReference<PluginJar> known = jars.get(digest);
    PluginJar jar = known == null ? null : known.get();
    if (jar == null) {
      jar = PluginJar.read(file, content, digest);
      jars.put(digest, new WeakReference<>(jar));
    }
    return jar;
  }

  private static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
