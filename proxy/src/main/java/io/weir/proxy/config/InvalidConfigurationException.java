package io.weir.proxy.config;

import io.weir.xds.ProblemList;

/** A configuration that cannot be used, with everything that is wrong with it. */
public final class InvalidConfigurationException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient ProblemList problems;

  InvalidConfigurationException(ProblemList problems) {
    super(problems.count() + " problems");
    this.problems = problems;
  }

  public ProblemList problems() {
    return problems;
  }
}
