package io.weir.controlplane.config;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands under {@code metadata:}.
 *
 * @param created as written; files have none by themselves, so that resources without one are
 *     ordered by name
 */
public record Meta(
    ConfigKey key,
    String apiVersion,
    Map<String, String> labels,
    Map<String, String> annotations,
    @Nullable Instant created) {

  public String name() {
    return key.name();
  }

  public String namespace() {
    return key.namespace();
  }
}
