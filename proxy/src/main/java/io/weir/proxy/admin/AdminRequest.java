package io.weir.proxy.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to the administration interface.
 *
 * @param path without the query
 * @param query decoded parameters in order; of a name given twice, the first
 */
record AdminRequest(String method, String path, Map<String, String> query, String body) {

  /** Splits a request target. */
  static AdminRequest of(String method, String target, String body) {
    int mark = target.indexOf('?');
    String path = normal(mark < 0 ? target : target.substring(0, mark));
    return mark < 0
        ? new AdminRequest(method, path, Map.of(), body)
        : new AdminRequest(method, path, parameters(target.substring(mark + 1)), body);
  }

  /** Without dots and doubled slashes. */
  private static String normal(String path) {
    String text = path.replace("%2e", ".").replace("%2E", ".");
    while (text.contains("//")) {
      text = text.replace("//", "/");
    }
    if (!text.contains("/.")) {
      return text;
    }
    try {
      String plain = java.net.URI.create(text).normalize().getPath();
      return plain == null || plain.isEmpty() || plain.startsWith("/..") ? "/" : plain;
    } catch (IllegalArgumentException e) {
      return path;
    }
  }

  /** Parameters of a query or a form. */
  static Map<String, String> parameters(String text) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String part : text.split("&")) {
      if (!part.isEmpty()) {
        int equals = part.indexOf('=');
        String name = equals < 0 ? part : part.substring(0, equals);
        String value = equals < 0 ? "" : part.substring(equals + 1);
        parameters.putIfAbsent(decode(name), decode(value));
      }
    }
    return parameters;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  @Nullable String parameter(String name) {
    return query.get(name);
  }

  String parameter(String name, String fallback) {
    return query.getOrDefault(name, fallback);
  }

  boolean has(String name) {
    return query.containsKey(name);
  }
}
