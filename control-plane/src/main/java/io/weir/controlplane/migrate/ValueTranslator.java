package io.weir.controlplane.migrate;

import io.weir.controlplane.migrate.ExtensionNames.Category;
import io.weir.controlplane.migrate.ExtensionNames.Extension;
import io.weir.xds.ProblemList;
import io.weir.xds.ResourceType;
import io.weir.xds.codec.LegacyTypes;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourceScalar;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Translates the value of one patch: the extensions in it, at any depth, and fields of version 2.
 */
final class ValueTranslator {

  private static final String TYPE = "@type";

  private final ProblemList problems;
  private final boolean upstream;
  private boolean changed;

  /**
   * @param upstream whether the value is (part of) a cluster
   */
  ValueTranslator(ProblemList problems, boolean upstream) {
    this.problems = problems;
    this.upstream = upstream;
  }

  boolean changed() {
    return changed;
  }

  /**
   * @param category when the value itself is an extension
   */
  SourceMap value(SourceMap value, @Nullable Category category, String path) {
    return category == null ? fields(value, path) : extension(value, category, path);
  }

  private SourceNode walk(SourceNode node, String path) {
    return switch (node) {
      case SourceScalar scalar -> scalar;
      case SourceMap map -> fields(map, path);
      case SourceList list -> items(list, null, path);
    };
  }

  private SourceList items(SourceList list, @Nullable Category category, String path) {
    List<SourceNode> items = new ArrayList<>();
    for (int i = 0; i < list.items().size(); i++) {
      SourceNode item = list.items().get(i);
      String itemPath = path + "[" + i + "]";
      items.add(
          category != null && item instanceof SourceMap map
              ? extension(map, category, itemPath)
              : walk(item, itemPath));
    }
    return new SourceList(items, list.line(), list.column());
  }

  private SourceMap fields(SourceMap map, String path) {
    SourceMap result = map;
    for (SourceMap.Entry entry : map.entries()) {
      String fieldPath = ProblemList.join(path, entry.key());
      if (entry.key().equals(TYPE)) {
        result = result.with(TYPE, type(entry.value(), fieldPath));
        continue;
      }
      Category category = category(Trees.snake(entry.key()), path);
      SourceNode value =
          category != null && entry.value() instanceof SourceMap inner
              ? extension(inner, category, fieldPath)
              : category != null && entry.value() instanceof SourceList list
                  ? items(list, category, fieldPath)
                  : walk(entry.value(), fieldPath);
      result = result.with(entry.key(), value);
    }
    result = tlsContext(result, path);
    return upstream ? hosts(result, path) : result;
  }

  /** Which kind of extension the field of this name holds. */
  private @Nullable Category category(String field, String path) {
    return switch (field) {
      case "http_filters" -> Category.HTTP;
      case "filters" -> Category.NETWORK;
      case "listener_filters" -> Category.LISTENER;
      case "access_log" -> Category.ACCESS_LOG;
      case "transport_socket" -> socket();
      case "provider", "http" -> path.endsWith("tracing") ? Category.TRACER : null;
      default -> null;
    };
  }

  private Category socket() {
    return upstream ? Category.UPSTREAM_SOCKET : Category.DOWNSTREAM_SOCKET;
  }

  private SourceNode type(SourceNode node, String path) {
    String successor = node instanceof SourceScalar url ? LegacyTypes.successor(url.text()) : null;
    if (successor == null) {
      return node;
    }
    warn(
        LegacyTranslator.OLD_TYPE,
        node,
        path,
        ((SourceScalar) node).text() + " is a type of an older API",
        "it became " + successor);
    return Trees.scalar(node, ResourceType.TYPE_URL_PREFIX + successor);
  }

  private SourceMap extension(SourceMap map, Category category, String path) {
    String name = Trees.text(map, "name");
    Extension extension = name == null ? null : ExtensionNames.find(category, name);
    SourceMap result = map;
    boolean oldName = extension != null && !extension.name().equals(name);
    if (extension != null && oldName) {
      SourceMap.Entry entry = java.util.Objects.requireNonNull(Trees.entry(map, "name"));
      warn(
          LegacyTranslator.OLD_NAME,
          entry.value(),
          path + ".name",
          name + " is an old name, taken for " + extension.name(),
          "write " + extension.name());
      result = result.with(entry.key(), Trees.scalar(entry.value(), extension.name()));
    }
    boolean typed = Trees.entry(map, "typed_config") != null;
    SourceMap.Entry config = Trees.entry(map, "config");
    if (config != null && !typed && config.value() instanceof SourceMap fields) {
      result = typedConfig(result, config, fields, extension, path);
    } else if (extension != null
        && config == null
        && !typed
        && oldName
        && !extension.typeUrl().isEmpty()) {
      // Version 2 allowed an extension by name alone.
      result = result.with("typed_config", Trees.map(map, TYPE, extension.typeUrl()));
    }
    return fields(result, path);
  }

  private SourceMap typedConfig(
      SourceMap map,
      SourceMap.Entry config,
      SourceMap fields,
      @Nullable Extension extension,
      String path) {
    if (extension == null || extension.type().isEmpty()) {
      problems
          .coded(LegacyTranslator.OLD_CONFIG)
          .add(
              config.line(),
              config.column(),
              path + ".config",
              "config is no field any more, and the extension's type is not known by its name",
              extension == null
                  ? "write typed_config with '@type'"
                  : "Envoy dropped this extension");
      return map;
    }
    warn(
        LegacyTranslator.OLD_CONFIG,
        config.value(),
        path + ".config",
        "config is ignored by Istio, taken for typed_config of " + extension.type(),
        "write typed_config with '@type': " + extension.typeUrl());
    List<SourceMap.Entry> entries = new ArrayList<>();
    SourceScalar type = Trees.scalar(config.value(), extension.typeUrl());
    entries.add(new SourceMap.Entry(TYPE, type, config.line(), config.column()));
    SourceMap current =
        extension.name().equals("envoy.filters.http.lua") ? luaFields(fields) : fields;
    entries.addAll(current.entries());
    SourceMap typed = new SourceMap(entries, fields.line(), fields.column());
    List<SourceMap.Entry> renamed = new ArrayList<>();
    for (SourceMap.Entry entry : map.entries()) {
      renamed.add(
          entry.key().equals(config.key())
              ? new SourceMap.Entry("typed_config", typed, entry.line(), entry.column())
              : entry);
    }
    return new SourceMap(renamed, map.line(), map.column());
  }

  private static SourceMap luaFields(SourceMap fields) {
    SourceMap.Entry code = Trees.entry(fields, "inline_code");
    if (code == null || Trees.entry(fields, "default_source_code") != null) {
      return fields;
    }
    SourceMap source = Trees.map(code.value(), "inline_string", code.value());
    return fields.without(code.key()).with("default_source_code", source);
  }

  /** {@code tls_context} became a transport socket. */
  private SourceMap tlsContext(SourceMap map, String path) {
    SourceMap.Entry old = Trees.entry(map, "tls_context");
    if (old == null
        || !(old.value() instanceof SourceMap fields)
        || Trees.entry(map, "transport_socket") != null) {
      return map;
    }
    Extension tls =
        java.util.Objects.requireNonNull(
            ExtensionNames.find(socket(), "envoy.transport_sockets.tls"));
    warn(
        LegacyTranslator.OLD_FIELD,
        old.value(),
        ProblemList.join(path, old.key()),
        "tls_context is a field of an older API",
        "write transport_socket");
    List<SourceMap.Entry> typed = new ArrayList<>();
    typed.add(
        new SourceMap.Entry(TYPE, Trees.scalar(fields, tls.typeUrl()), old.line(), old.column()));
    typed.addAll(fields.entries());
    SourceMap socket =
        Trees.map(
            fields,
            "name",
            tls.name(),
            "typed_config",
            new SourceMap(typed, fields.line(), fields.column()));
    return map.without(old.key()).with("transport_socket", socket);
  }

  /** {@code hosts} of a cluster became a load assignment. */
  private SourceMap hosts(SourceMap map, String path) {
    SourceMap.Entry old = Trees.entry(map, "hosts");
    String name = Trees.text(map, "name");
    if (old == null
        || !(old.value() instanceof SourceList hosts)
        || Trees.entry(map, "load_assignment") != null) {
      return map;
    }
    warn(
        LegacyTranslator.OLD_FIELD,
        old.value(),
        ProblemList.join(path, old.key()),
        "hosts is a field of an older API",
        "write load_assignment");
    List<SourceNode> endpoints = new ArrayList<>();
    for (SourceNode address : hosts.items()) {
      endpoints.add(Trees.map(address, "endpoint", Trees.map(address, "address", address)));
    }
    SourceList all = new SourceList(endpoints, hosts.line(), hosts.column());
    SourceMap assignment =
        Trees.map(
            hosts,
            "cluster_name",
            name == null ? "" : name,
            "endpoints",
            Trees.list(Trees.map(hosts, "lb_endpoints", all)));
    return map.without(old.key()).with("load_assignment", assignment);
  }

  private void warn(String code, SourceNode at, String path, String reason, String hint) {
    changed = true;
    problems.coded(code).warn(at.line(), at.column(), path, reason, hint);
  }
}
