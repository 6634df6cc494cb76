package io.weir.proxy.formatter;

import io.weir.filter.http.HeaderMap;

/** One {@code config.common.mutation_rules.v3.HeaderMutation}. Immutable. */
@FunctionalInterface
public interface HeaderChange {
  void apply(HeaderMap headers, FormatContext context);
}
