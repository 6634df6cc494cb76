package io.weir.wasm.vm;

import java.util.Set;
import java.util.TreeSet;

/**
 * The imports and exports that a plugin may use; {@code
 * PluginConfig.capability_restriction_config}. An empty set restricts nothing. Starting and
 * allocating are always allowed.
 */
public record Capabilities(Set<String> allowed) {
  public static final Capabilities ALL = new Capabilities(Set.of());

  public Capabilities {
    allowed = Set.copyOf(allowed);
  }

  public boolean allows(String name) {
    return allowed.isEmpty() || allowed.contains(name);
  }

  /** A text that is equal for equal sets. */
  String key() {
    return String.join(",", new TreeSet<>(allowed));
  }
}
