package io.weir.cli.inspect;

import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads fields of dumped messages, whose names may be in snake or camel case. */
final class Fields {

  private Fields() {}

  /** The value at a path of snake-case names, or null. */
  static @Nullable SourceNode get(@Nullable SourceNode node, String... path) {
    SourceNode at = node;
    for (String name : path) {
      if (!(at instanceof SourceMap map)) {
        return null;
      }
      SourceNode value = map.get(name);
      at = value == null ? map.get(camel(name)) : value;
    }
    return at;
  }

  /** The scalar at a path, or empty. */
  static String text(@Nullable SourceNode node, String... path) {
    if (path.length == 0) {
      return "";
    }
    SourceNode parent = get(node, java.util.Arrays.copyOf(path, path.length - 1));
    String last = path[path.length - 1];
    if (!(parent instanceof SourceMap map)) {
      return "";
    }
    String value = map.text(last);
    value = value == null ? map.text(camel(last)) : value;
    return value == null ? "" : value;
  }

  /** The items of the list at a path that are maps. */
  static List<SourceMap> list(@Nullable SourceNode node, String... path) {
    List<SourceMap> items = new ArrayList<>();
    if (get(node, path) instanceof SourceList list) {
      for (SourceNode item : list.items()) {
        if (item instanceof SourceMap map) {
          items.add(map);
        }
      }
    }
    return items;
  }

  /** The scalars of the list at a path. */
  static List<String> texts(@Nullable SourceNode node, String... path) {
    List<String> items = new ArrayList<>();
    if (get(node, path) instanceof SourceList list) {
      for (SourceNode item : list.items()) {
        if (item instanceof io.weir.xds.codec.SourceScalar scalar) {
          items.add(scalar.text());
        }
      }
    }
    return items;
  }

  /** {@code name.namespace} of the Istio resource in a message's metadata, or empty. */
  static String origin(@Nullable SourceNode message) {
    String path = text(message, "metadata", "filter_metadata", "istio", "config");
    String[] parts = path.split("/");
    return parts.length < 8 ? "" : parts[7] + "." + parts[5];
  }

  /** {@code address:port}, a pipe's path, or empty. */
  static String address(@Nullable SourceNode address) {
    String pipe = text(address, "pipe", "path");
    if (!pipe.isEmpty()) {
      return pipe;
    }
    String internal = text(address, "envoy_internal_address", "server_listener_name");
    if (!internal.isEmpty()) {
      return internal;
    }
    String host = text(address, "socket_address", "address");
    return host.isEmpty() ? "" : host + ":" + text(address, "socket_address", "port_value");
  }

  private static String camel(String name) {
    StringBuilder out = new StringBuilder();
    for (String part : name.split("_")) {
      out.append(
          out.isEmpty() || part.isEmpty()
              ? part
              : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
    }
    return out.toString();
  }
}
