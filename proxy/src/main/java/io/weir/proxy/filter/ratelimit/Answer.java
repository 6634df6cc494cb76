package io.weir.proxy.filter.ratelimit;

import io.weir.filter.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the service says.
 *
 * @param limits those of the descriptors, in their order; null for one without
 * @param metadata null when it sends none
 */
record Answer(
    boolean overLimit,
    List<Limit> limits,
    List<Header> responseHeaders,
    List<Header> requestHeaders,
    byte[] body,
    Value.@Nullable MapValue metadata) {

  record Header(String name, String value) {}

  /**
   * A descriptor's limit and how much of it is left.
   *
   * @param windowSeconds 0 when the unit is not known
   */
  record Limit(
      String name, long perWindow, long windowSeconds, long remaining, long resetSeconds) {}
}
