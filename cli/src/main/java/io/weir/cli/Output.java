package io.weir.cli;

/** The ways to print data. */
enum Output {
  TABLE,
  JSON,
  YAML
}
