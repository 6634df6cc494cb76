package io.weir.controlplane.config;

import org.jspecify.annotations.Nullable;

/**
 * One change of a client.
 *
 * @param config what is written, or null to remove it
 * @param expected the revision that the writer has seen, 0 for none; null when it does not care
 */
public record ConfigWrite(ConfigKey key, @Nullable Config<?> config, @Nullable Long expected) {

  public static ConfigWrite put(Config<?> config, @Nullable Long expected) {
    return new ConfigWrite(config.key(), config, expected);
  }

  public static ConfigWrite delete(ConfigKey key, @Nullable Long expected) {
    return new ConfigWrite(key, null, expected);
  }

  /** What became of it. */
  public enum Outcome {
    CREATED,
    CONFIGURED,
    UNCHANGED,
    DELETED,
    /** There is no such resource to remove. */
    MISSING,
    /** Somebody else changed it since, or another source holds it. */
    CONFLICT
  }

  /**
   * The answer.
   *
   * @param revision at which the resource stands now, 0 when it does not exist
   * @param reason of a conflict, else empty
   */
  public record Result(ConfigKey key, Outcome outcome, long revision, String reason) {}
}
