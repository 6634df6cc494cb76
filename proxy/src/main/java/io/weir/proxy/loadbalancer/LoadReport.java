package io.weir.proxy.loadbalancer;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An ORCA load report in a response: {@code endpoint-load-metrics} as {@code TEXT}, {@code JSON} or
 * {@code BIN}, or {@code endpoint-load-metrics-bin}. Metrics have the names of the fields of {@code
 * OrcaLoadReport}, those of its maps {@code map.key}. Immutable.
 */
record LoadReport(Map<String, Double> metrics) {
  private static final HeaderName TEXT = HeaderName.of("endpoint-load-metrics");
  private static final HeaderName BINARY = HeaderName.of("endpoint-load-metrics-bin");
  private static final Map<Integer, String> FIELDS =
      Map.of(
          1, "cpu_utilization",
          2, "mem_utilization",
          4, "request_cost",
          5, "utilization",
          6, "rps_fractional",
          7, "eps",
          8, "named_metrics",
          9, "application_utilization");

  /** Null when there is none, or it is unreadable. */
  static @Nullable LoadReport read(HeaderMap headers) {
    try {
      int entry = headers.find(BINARY);
      if (entry >= 0) {
        return binary(headers.value(entry));
      }
      entry = headers.find(TEXT);
      if (entry < 0) {
        return null;
      }
      String text = headers.value(entry);
      if (text.startsWith("TEXT ")) {
        return text(text.substring(5), '=');
      }
      if (text.startsWith("JSON ")) {
        String json = text.substring(5).strip();
        return json(json);
      }
      return text.startsWith("BIN ") ? binary(text.substring(4)) : null;
    } catch (IllegalArgumentException | java.nio.BufferUnderflowException _) {
      return null;
    }
  }

  /** The number, 0 when it was not reported. */
  double metric(String name) {
    return metrics.getOrDefault(name, 0.0);
  }

  private static LoadReport text(String text, char separator) {
    var metrics = new HashMap<String, Double>();
    for (String pair : text.split(",", -1)) {
      int at = pair.lastIndexOf(separator);
      if (at > 0) {
        metrics.put(
            pair.substring(0, at).strip(), Double.parseDouble(pair.substring(at + 1).strip()));
      }
    }
    return new LoadReport(metrics);
  }

  /** Objects in objects become dotted names; the values are numbers. */
  private static LoadReport json(String json) {
    var metrics = new HashMap<String, Double>();
    String map = "";
    String key = "";
    int at = 0;
    while (at < json.length()) {
      char c = json.charAt(at);
      if (c == '"') {
        int end = json.indexOf('"', at + 1);
        if (end < 0) {
          throw new IllegalArgumentException();
        }
        key = json.substring(at + 1, end);
        at = end + 1;
      } else if (c == '{') {
        map = key.isEmpty() ? "" : key + ".";
        at++;
      } else if (c == '}') {
        map = "";
        at++;
      } else if (c == '-' || c >= '0' && c <= '9') {
        int end = at;
        while (end < json.length() && "+-.eE0123456789".indexOf(json.charAt(end)) >= 0) {
          end++;
        }
        metrics.put(map + key, Double.parseDouble(json.substring(at, end)));
        at = end;
      } else {
        at++;
      }
    }
    return new LoadReport(metrics);
  }

  private static LoadReport binary(String base64) {
    String text = base64.strip();
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '=') {
      end--;
    }
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text.substring(0, end)));
    var metrics = new HashMap<String, Double>();
    fields(bytes.order(ByteOrder.LITTLE_ENDIAN), metrics);
    return new LoadReport(metrics);
  }

  private static void fields(ByteBuffer bytes, Map<String, Double> metrics) {
    while (bytes.hasRemaining()) {
      long tag = varint(bytes);
      String name = FIELDS.getOrDefault((int) (tag >>> 3), "");
      switch ((int) tag & 7) {
        case 0 -> varint(bytes);
        case 1 -> metrics.put(name, bytes.getDouble());
        case 2 -> {
          int size = (int) varint(bytes);
          if (size < 0 || size > bytes.remaining()) {
            throw new IllegalArgumentException();
          }
          ByteBuffer inner = bytes.slice(bytes.position(), size);
          bytes.position(bytes.position() + size);
          entry(name, inner.order(ByteOrder.LITTLE_ENDIAN), metrics);
        }
        case 5 -> bytes.getInt();
        default -> throw new IllegalArgumentException();
      }
    }
  }

  private static void entry(String map, ByteBuffer bytes, Map<String, Double> metrics) {
    String key = "";
    double value = 0;
    while (bytes.hasRemaining()) {
      int tag = (int) varint(bytes);
      if (tag == (1 << 3 | 2)) {
        int size = (int) varint(bytes);
        if (size < 0 || size > bytes.remaining()) {
          throw new IllegalArgumentException();
        }
        byte[] text = new byte[size];
        bytes.get(text);
        key = new String(text, StandardCharsets.UTF_8);
      } else if (tag == (2 << 3 | 1)) {
        value = bytes.getDouble();
      } else {
        throw new IllegalArgumentException();
      }
    }
    metrics.put(map + "." + key, value);
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException();
  }
}
