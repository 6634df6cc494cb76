package io.weir.filter.cel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variables of an expression: Envoy's attributes. */
@FunctionalInterface
public interface Attributes {
  /**
   * The value at a path, {@code [request, headers, x-a]}.
   *
   * @return a {@link Long}, {@link Double}, {@link Boolean}, {@link String}, {@code byte[]}, a list
   *     or map of these, or null when there is none
   */
  @Nullable Object get(List<String> path);
}
