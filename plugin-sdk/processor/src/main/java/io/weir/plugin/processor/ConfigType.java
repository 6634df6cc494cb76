package io.weir.plugin.processor;

import java.util.List;

/** What a field of a configuration may hold. */
sealed interface ConfigType {
  /**
   * @param allowed empty for any text
   */
  record Text(List<String> allowed) implements ConfigType {}

  /**
   * @param java {@code int}, {@code long} or their boxes
   */
  record Whole(String java, long min, long max) implements ConfigType {
    boolean isInt() {
      return java.equals("int") || java.equals("java.lang.Integer");
    }
  }

  record Decimal() implements ConfigType {}

  record Flag() implements ConfigType {}

  /**
   * @param constants in order, in lower case
   */
  record Choice(String java, List<String> constants) implements ConfigType {}

  record ListOf(ConfigType item) implements ConfigType {}

  record MapOf(ConfigType value) implements ConfigType {}

  record RecordOf(ConfigRecord record) implements ConfigType {}
}
