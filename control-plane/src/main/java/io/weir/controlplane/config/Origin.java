package io.weir.controlplane.config;

import io.weir.xds.codec.SourceMap;

/**
 * Where a configuration was written.
 *
 * @param source the file, or {@code api}
 * @param document the whole document with positions
 */
public record Origin(String source, SourceMap document) {

  /** {@code file:line}. */
  @Override
  public String toString() {
    return document.line() > 0 ? source + ":" + document.line() : source;
  }
}
