package io.weir.controlplane.config;

import io.weir.xds.ProblemList;

/** Checks one configuration by itself, beyond its types. */
@FunctionalInterface
public interface KindValidator {

  /**
   * Reports what is wrong; paths begin at the document ({@code spec.http[0].match}), and the list
   * finds their positions.
   */
  void validate(Config<?> config, ProblemList problems);
}
