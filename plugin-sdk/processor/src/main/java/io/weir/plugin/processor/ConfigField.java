package io.weir.plugin.processor;

import org.jspecify.annotations.Nullable;

/**
 * A field of a configuration.
 *
 * @param name in JSON
 * @param component the record component
 * @param java its type as source
 * @param fallback as JSON, texts without quotes; null when there is none
 */
record ConfigField(
    String name,
    String component,
    String java,
    ConfigType type,
    String doc,
    @Nullable String fallback,
    boolean nullable,
    boolean secret) {
  /** Whether a configuration must have it. */
  boolean required() {
    return fallback == null
        && !nullable
        && !(type instanceof ConfigType.ListOf)
        && !(type instanceof ConfigType.MapOf);
  }
}
