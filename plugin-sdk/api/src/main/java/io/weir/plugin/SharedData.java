package io.weir.plugin;

import org.jspecify.annotations.Nullable;

/**
 * Values that all workers of a proxy share, between the instances of one plugin; kept until the
 * proxy ends. In a wasm module they are those of the module's {@code vm_id}.
 */
public interface SharedData {

  /** A value and its version, which changes with each write. */
  record Entry(String value, int version) {}

  /** The value of a key, or null. */
  @Nullable Entry get(String key);

  /** Sets a key, whatever it has. */
  void set(String key, String value);

  /**
   * Sets a key if nobody has written it since.
   *
   * @param version of the entry that was read
   * @return false when somebody has; read again
   */
  boolean replace(String key, String value, int version);
}
