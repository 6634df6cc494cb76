package io.weir.plugin.processor;

import java.util.List;

/**
 * A record of a configuration.
 *
 * @param java its name as source
 */
record ConfigRecord(String java, List<ConfigField> fields) {
  /** A name for its methods in generated code. */
  String flatName() {
    return java.replace('.', '_');
  }
}
