package io.weir.proxy.filter.headermutation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The parameters of a path, as they are written, by name. */
final class QueryText {
  private final String path;
  private final Map<String, List<String>> parameters = new TreeMap<>();

  QueryText(String pathAndQuery) {
    int mark = pathAndQuery.indexOf('?');
    path = mark < 0 ? pathAndQuery : pathAndQuery.substring(0, mark);
    if (mark >= 0) {
      for (String part : pathAndQuery.substring(mark + 1).split("&")) {
        int equals = part.indexOf('=');
        String name = equals < 0 ? part : part.substring(0, equals);
        if (!part.isEmpty()) {
          add(name, equals < 0 ? "" : part.substring(equals + 1));
        }
      }
    }
  }

  boolean contains(String name) {
    return parameters.containsKey(name);
  }

  void add(String name, String value) {
    parameters.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
  }

  void set(String name, String value) {
    parameters.put(name, new ArrayList<>(List.of(value)));
  }

  void remove(String name) {
    parameters.remove(name);
  }

  /** Path and query, parameters sorted by name. */
  @Override
  public String toString() {
    var text = new StringBuilder(path);
    char separator = '?';
    for (Map.Entry<String, List<String>> entry : parameters.entrySet()) {
      for (String value : entry.getValue()) {
        text.append(separator).append(entry.getKey()).append('=').append(value);
        separator = '&';
      }
    }
    return text.toString();
  }
}
