package io.weir.proxy.filter.basicauth;

import io.weir.filter.Problems;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A list of users in the form of {@code htpasswd}, SHA-1 hashes only. Immutable. */
final class Users {
  private static final String SCHEME = "{SHA}";
  private static final int HASH_LENGTH = 28;

  private final Map<String, byte[]> hashes;

  private Users(Map<String, byte[]> hashes) {
    this.hashes = Map.copyOf(hashes);
  }

  /** Null when problems were reported. */
  static @Nullable Users parse(byte[] text, Problems problems) {
    int before = problems.count();
    var hashes = new HashMap<String, byte[]>();
    String[] lines = new String(text, StandardCharsets.UTF_8).split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i];
      if (!line.isBlank() && !line.startsWith("#")) {
        String problem = add(line, hashes);
        if (problem != null) {
          problems.add("users", "line " + (i + 1) + ": " + problem, "write user:{SHA}hash");
        }
      }
    }
    return problems.count() > before ? null : new Users(hashes);
  }

  private static @Nullable String add(String line, Map<String, byte[]> hashes) {
    int colon = line.indexOf(':');
    if (colon < 0) {
      return "there is no colon";
    }
    String user = line.substring(0, colon);
    String password = line.substring(colon + 1);
    if (user.isEmpty() || password.isEmpty()) {
      return "the user's name or password is empty";
    }
    if (!password.startsWith(SCHEME)) {
      return "only {SHA} passwords are known";
    }
    String hash = password.substring(SCHEME.length());
    if (hash.length() != HASH_LENGTH) {
      return "a SHA-1 hash has 28 characters";
    }
    return hashes.put(user, hash.getBytes(StandardCharsets.UTF_8)) == null
        ? null
        : user + " is there twice";
  }

  /**
   * Whether a password is the user's.
   *
   * @param password one character a byte
   */
  boolean accepts(String user, String password) {
    byte[] expected = hashes.get(user);
    if (expected == null) {
      return false;
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(password.getBytes(StandardCharsets.ISO_8859_1));
      return MessageDigest.isEqual(expected, Base64.getEncoder().encode(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-1", e);
    }
  }
}
