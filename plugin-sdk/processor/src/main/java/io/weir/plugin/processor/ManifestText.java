package io.weir.plugin.processor;

import io.weir.plugin.Plugin;

/** Writes a plugin's manifest; what only the built artifacts tell is added by the build. */
final class ManifestText {
  private ManifestText() {}

  static String of(PluginModel plugin) {
    Plugin annotation = plugin.annotation();
    var out = new StringBuilder();
    line(out, "name", annotation.name());
    line(out, "version", annotation.version());
    line(out, "title", annotation.name());
    line(out, "summary", annotation.description());
    line(out, "license", annotation.license());
    line(out, "kind", "java");
    line(out, "layer", plugin.http() ? "http" : "network");
    line(out, "entry", plugin.binary());
    line(out, "language", "java");
    line(out, "phase", annotation.phase());
    if (annotation.priority() != 0) {
      out.append("priority: ").append(annotation.priority()).append('\n');
    }
    out.append("scopes: [mesh, gateway, route]\n");
    line(out, "config", annotation.name() + ".schema.json");
    out.append("perRoute: ").append(plugin.http()).append('\n');
    ConfigRecord config = plugin.config();
    if (config != null && config.fields().stream().anyMatch(f -> f.fallback() != null)) {
      out.append("defaults:\n");
      for (ConfigField field : config.fields()) {
        String fallback = field.fallback();
        if (fallback != null) {
          boolean text =
              field.type() instanceof ConfigType.Text || field.type() instanceof ConfigType.Choice;
          out.append("  ").append(field.name()).append(": ");
          out.append(text ? FactorySource.quote(fallback) : fallback).append('\n');
        }
      }
    }
    return out.toString();
  }

  private static void line(StringBuilder out, String name, String value) {
    if (!value.isEmpty()) {
      out.append(name).append(": ").append(FactorySource.quote(value)).append('\n');
    }
  }
}
