package io.weir.proxy.http;

import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.HeaderChange;
import java.util.List;

/**
 * {@code early_header_mutation_extensions}: changes of a request before anything else looks at it.
 * Immutable.
 */
final class EarlyMutations {
  static final EarlyMutations NONE = new EarlyMutations(List.of());

  private final List<HeaderChange> steps;

  EarlyMutations(List<HeaderChange> steps) {
    this.steps = List.copyOf(steps);
  }

  void apply(HeaderMap headers, StreamInfo info) {
    if (steps.isEmpty()) {
      return;
    }
    FormatContext context = FormatContext.ofStream(headers, null, info);
    for (int i = 0; i < steps.size(); i++) {
      steps.get(i).apply(headers, context);
    }
  }
}
