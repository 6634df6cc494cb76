package io.weir.proxy.filter.headermutation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The parameters of a path, as they are written, by name. */
public final class QueryText {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final String path;
  private final Map<String, List<String>> parameters = new TreeMap<>();

  public QueryText(String pathAndQuery) {
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

  /** Everything but unreserved characters percent-encoded (RFC 3986, 2.3). */
  static String encode(String value) {
    var text = new StringBuilder(value.length());
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0)) {
        text.append(c);
      } else {
        text.append('%').append(HEX.toHexDigits(b));
      }
    }
    return text.toString();
  }

  /** A value that is encoded already, but for what no request line may hold. */
  public static String escape(String value) {
    boolean fine = value.chars().allMatch(c -> c > ' ' && c < 127 && c != '#');
    if (fine) {
      return value;
    }
    var text = new StringBuilder(value.length() + 8);
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b != '#' && b != 127) {
        text.append((char) b);
      } else {
        text.append('%').append(HEX.toHexDigits(b));
      }
    }
    return text.toString();
  }

  boolean contains(String name) {
    return parameters.containsKey(name);
  }

  void add(String name, String value) {
    parameters.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
  }

  public void set(String name, String value) {
    parameters.put(name, new ArrayList<>(List.of(value)));
  }

  public void remove(String name) {
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
