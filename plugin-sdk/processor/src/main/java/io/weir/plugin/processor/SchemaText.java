package io.weir.plugin.processor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the JSON Schema (2020-12) of a configuration. */
final class SchemaText {
  private SchemaText() {}

  static String of(PluginModel plugin) {
    ConfigRecord config = plugin.config();
    var members = new ArrayList<String>();
    members.add("\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"");
    members.add("\"title\": " + FactorySource.quote(plugin.annotation().name()));
    if (!plugin.annotation().description().isEmpty()) {
      members.add("\"description\": " + FactorySource.quote(plugin.annotation().description()));
    }
    members.addAll(object(config == null ? new ConfigRecord("", List.of()) : config, 1));
    return braces(members, 0) + "\n";
  }

  private static List<String> object(ConfigRecord record, int depth) {
    var members = new ArrayList<String>();
    members.add("\"type\": \"object\"");
    if (!record.fields().isEmpty()) {
      List<String> properties =
          record.fields().stream()
              .map(
                  f ->
                      FactorySource.quote(f.name()) + ": " + braces(field(f, depth + 2), depth + 1))
              .toList();
      members.add("\"properties\": " + braces(properties, depth));
    }
    List<String> required =
        record.fields().stream()
            .filter(ConfigField::required)
            .map(f -> FactorySource.quote(f.name()))
            .toList();
    if (!required.isEmpty()) {
      members.add("\"required\": [" + String.join(", ", required) + "]");
    }
    members.add("\"additionalProperties\": false");
    return members;
  }

  private static List<String> field(ConfigField field, int depth) {
    var members = new ArrayList<>(type(field.type(), depth));
    if (field.required()
        && field.type() instanceof ConfigType.Text text
        && text.allowed().isEmpty()) {
      members.add("\"minLength\": 1");
    }
    if (!field.doc().isEmpty()) {
      members.add("\"description\": " + FactorySource.quote(field.doc()));
    }
    String fallback = field.fallback();
    if (fallback != null) {
      boolean text =
          field.type() instanceof ConfigType.Text || field.type() instanceof ConfigType.Choice;
      members.add("\"default\": " + (text ? FactorySource.quote(fallback) : fallback));
    }
    if (field.secret()) {
      members.add("\"x-secret\": true");
    }
    return members;
  }

  private static List<String> type(ConfigType type, int depth) {
    return switch (type) {
      case ConfigType.Text text ->
          text.allowed().isEmpty()
              ? List.of("\"type\": \"string\"")
              : List.of("\"type\": \"string\"", "\"enum\": " + list(text.allowed()));
      case ConfigType.Choice choice ->
          List.of("\"type\": \"string\"", "\"enum\": " + list(choice.constants()));
      case ConfigType.Whole whole -> whole(whole);
      case ConfigType.Decimal _ -> List.of("\"type\": \"number\"");
      case ConfigType.Flag _ -> List.of("\"type\": \"boolean\"");
      case ConfigType.ListOf(ConfigType item) ->
          List.of("\"type\": \"array\"", "\"items\": " + braces(type(item, depth + 1), depth));
      case ConfigType.MapOf(ConfigType value) ->
          List.of(
              "\"type\": \"object\"",
              "\"additionalProperties\": " + braces(type(value, depth + 1), depth));
      case ConfigType.RecordOf(ConfigRecord record) -> object(record, depth);
    };
  }

  private static List<String> whole(ConfigType.Whole whole) {
    var members = new ArrayList<String>();
    members.add("\"type\": \"integer\"");
    if (whole.min() != Long.MIN_VALUE) {
      members.add("\"minimum\": " + whole.min());
    }
    if (whole.max() != Long.MAX_VALUE) {
      members.add("\"maximum\": " + whole.max());
    }
    return members;
  }

  private static String list(List<String> texts) {
    return texts.stream().map(FactorySource::quote).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String braces(List<String> members, int depth) {
    String indent = "  ".repeat(depth + 1);
    return members.isEmpty()
        ? "{}"
        : members.stream()
            .map(member -> indent + member)
            .collect(Collectors.joining(",\n", "{\n", "\n" + "  ".repeat(depth) + "}"));
  }
}
