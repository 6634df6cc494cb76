package io.weir.cli.plugin;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a plugin may be written in. */
public enum Language {
  JAVA,
  LUA,
  RUST,
  AS,
  C;

  /** As {@code --lang} and {@code plugin.yaml} spell it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Language of(String label) {
    return Arrays.stream(values())
        .filter(language -> language.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new PluginToolException(
                    "language '"
                        + label
                        + "' is not known; there are "
                        + Arrays.stream(values())
                            .map(Language::label)
                            .collect(Collectors.joining(", "))));
  }
}
