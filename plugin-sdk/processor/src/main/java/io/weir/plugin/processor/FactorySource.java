package io.weir.plugin.processor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes a plugin's factory: Java source that binds the configuration without reflection. */
final class FactorySource {
  private final StringBuilder out = new StringBuilder();
  private final Map<String, ConfigRecord> records = new LinkedHashMap<>();

  private FactorySource() {}

  static String of(PluginModel plugin) {
    return new FactorySource().write(plugin);
  }

  private String write(PluginModel plugin) {
    if (!plugin.packageName().isEmpty()) {
      line(0, "package " + plugin.packageName() + ";");
      line(0, "");
    }
    String contract = "io.weir.plugin." + plugin.contract();
    line(0, "/** Generated from " + plugin.java() + ". */");
    line(0, "@SuppressWarnings(\"all\")");
    line(
        0,
        "public final class "
            + plugin.factory()
            + " implements io.weir.plugin.PluginFactory<"
            + contract
            + "> {");
    line(1, "@Override");
    line(1, "public " + contract + " make(io.weir.plugin.PluginContext context) {");
    ConfigRecord config = plugin.config();
    if (config != null) {
      records.put(config.java(), config);
      line(
          2,
          config.java()
              + " config = read_"
              + config.flatName()
              + "(io.weir.plugin.Settings.of(context));");
    }
    line(
        2,
        plugin.java()
            + " plugin = new "
            + plugin.java()
            + "("
            + String.join(", ", plugin.arguments())
            + ");");
    line(2, "plugin.start(context);");
    line(2, "return plugin;");
    line(1, "}");
    // Reading a record may find more records.
    var written = new java.util.HashSet<String>();
    while (written.size() < records.size()) {
      for (ConfigRecord record : java.util.List.copyOf(records.values())) {
        if (written.add(record.java())) {
          reader(record);
        }
      }
    }
    line(0, "}");
    return out.toString();
  }

  private void reader(ConfigRecord record) {
    line(0, "");
    line(
        1,
        "private static "
            + record.java()
            + " read_"
            + record.flatName()
            + "(io.weir.plugin.Settings s) {");
    for (ConfigField field : record.fields()) {
      field(field);
    }
    line(2, "s.done();");
    String arguments =
        record.fields().stream()
            .map(field -> "v_" + field.component())
            .collect(Collectors.joining(", "));
    line(2, "return new " + record.java() + "(" + arguments + ");");
    line(1, "}");
  }

  private void field(ConfigField field) {
    String name = quote(field.name());
    String variable = "v_" + field.component();
    switch (field.type()) {
      case ConfigType.ListOf(ConfigType.RecordOf(ConfigRecord item)) -> {
        records.putIfAbsent(item.java(), item);
        line(2, field.java() + " " + variable + " = new java.util.ArrayList<>();");
        line(2, "for (io.weir.plugin.Settings item : s.objects(" + name + ")) {");
        line(3, variable + ".add(read_" + item.flatName() + "(item));");
        line(2, "}");
      }
      case ConfigType.MapOf(ConfigType.RecordOf(ConfigRecord value)) -> {
        records.putIfAbsent(value.java(), value);
        line(2, field.java() + " " + variable + " = new java.util.LinkedHashMap<>();");
        line(
            2,
            "for (java.util.Map.Entry<String, io.weir.plugin.Settings> entry : s.members("
                + name
                + ").entrySet()) {");
        line(
            3, variable + ".put(entry.getKey(), read_" + value.flatName() + "(entry.getValue()));");
        line(2, "}");
      }
      default -> {
        String value = value(field, name);
        String fallback = fallback(field);
        String read =
            fallback == null ? value : "s.has(" + name + ") ? " + value + " : " + fallback;
        line(2, field.java() + " " + variable + " = " + read + ";");
      }
    }
  }

  private String value(ConfigField field, String name) {
    return switch (field.type()) {
      case ConfigType.Text text when text.allowed().isEmpty() ->
          field.fallback() == null && !field.nullable()
              ? "s.text(" + name + ")"
              : "s.text(" + name + ", \"\")";
      case ConfigType.Text text -> {
        String allowed =
            text.allowed().stream().map(FactorySource::quote).collect(Collectors.joining(", "));
        yield "new String[] {" + allowed + "}[s.choice(" + name + ", " + allowed + ")]";
      }
      case ConfigType.Whole whole ->
          (whole.isInt() ? "(int) " : "")
              + "s.whole("
              + name
              + ", "
              + number(whole.min())
              + ", "
              + number(whole.max())
              + ")";
      case ConfigType.Decimal _ -> "s.decimal(" + name + ")";
      case ConfigType.Flag _ -> "s.flag(" + name + ")";
      case ConfigType.Choice choice ->
          choice.java()
              + ".values()[s.choice("
              + name
              + ", "
              + choice.constants().stream()
                  .map(FactorySource::quote)
                  .collect(Collectors.joining(", "))
              + ")]";
      case ConfigType.ListOf(ConfigType item) ->
          (item instanceof ConfigType.Text ? "s.texts(" : "s.numbers(") + name + ")";
      case ConfigType.MapOf _ -> "s.map(" + name + ")";
      case ConfigType.RecordOf(ConfigRecord record) -> {
        records.putIfAbsent(record.java(), record);
        yield "read_" + record.flatName() + "(s.object(" + name + "))";
      }
    };
  }

  /** The value when a configuration leaves the field out; null when the reader decides. */
  private static @org.jspecify.annotations.Nullable String fallback(ConfigField field) {
    String fallback = field.fallback();
    if (fallback == null) {
      return field.nullable() ? "null" : null;
    }
    return switch (field.type()) {
      case ConfigType.Text _ -> quote(fallback);
      case ConfigType.Whole whole -> whole.isInt() ? fallback : fallback + "L";
      case ConfigType.Decimal _ -> Double.parseDouble(fallback) + "D";
      case ConfigType.Choice choice ->
          choice.java() + ".values()[" + choice.constants().indexOf(fallback) + "]";
      default -> fallback;
    };
  }

  private static String number(long value) {
    return value == Long.MIN_VALUE
        ? "Long.MIN_VALUE"
        : value == Long.MAX_VALUE ? "Long.MAX_VALUE" : value + "L";
  }

  private void line(int depth, String text) {
    out.append("  ".repeat(depth)).append(text).append('\n');
  }

  static String quote(String text) {
    var quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < ' ') {
            quoted.append(String.format("\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
