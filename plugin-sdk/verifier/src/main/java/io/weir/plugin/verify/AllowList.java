package io.weir.plugin.verify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of the JDK plugins have: the classes of the wasm build's class library without those that
 * would reach out of the plugin.
 */
final class AllowList {
  private final Set<String> classes = new HashSet<>(lines("classes.txt"));
  private final Map<String, String> hints = new HashMap<>();
  private final Map<String, String> prefixes = new LinkedHashMap<>();

  AllowList() {
    for (String line : lines("forbidden.txt")) {
      int space = line.indexOf(' ');
      if (line.startsWith("#") || space < 0) {
        continue;
      }
      String name = line.substring(0, space);
      String hint = line.substring(space + 1);
      if (name.endsWith("*")) {
        prefixes.put(name.substring(0, name.length() - 1), hint);
      } else {
        hints.put(name, hint);
      }
    }
  }

  /** Why a class must not be used, as a hint; null when it may. */
  @Nullable String forbidden(String type) {
    if (!type.startsWith("java/")
        && !type.startsWith("javax/")
        && !type.startsWith("jdk/")
        && !type.startsWith("sun/")
        && !type.startsWith("com/sun/")) {
      return null;
    }
    return classes.contains(type) ? null : hint(type);
  }

  /** Why a member must not be used; null when it may. */
  @Nullable String forbidden(String type, String member) {
    String hint = hints.get(type + "." + member);
    return hint != null ? hint : forbidden(type);
  }

  private String hint(String type) {
    String exact = hints.get(type);
    if (exact != null) {
      return exact;
    }
    return prefixes.entrySet().stream()
        .filter(prefix -> type.startsWith(prefix.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }

  private static List<String> lines(String resource) {
    try (InputStream in = AllowList.class.getResourceAsStream(resource)) {
      byte[] bytes = Objects.requireNonNull(in, resource).readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
