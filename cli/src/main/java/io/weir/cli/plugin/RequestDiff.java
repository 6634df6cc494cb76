package io.weir.cli.plugin;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What the plugin changed in one exchange, told from a line of a workbench's request log. */
final class RequestDiff {
  private RequestDiff() {}

  /** A line for the exchange and one for each header that differs between the plugin's sides. */
  static List<String> of(String line) {
    var log = Struct.newBuilder();
    try {
      JsonFormat.parser().merge(line, log);
    } catch (InvalidProtocolBufferException e) {
      return List.of();
    }
    Map<String, Value> fields = log.getFieldsMap();
    var lines = new ArrayList<String>();
    lines.add(
        text(fields, "method")
            + " "
            + text(fields, "path")
            + " -> "
            + text(fields, "status")
            + " ("
            + text(fields, "details")
            + ", "
            + text(fields, "millis")
            + " ms)");
    Map<String, Value> sides =
        fields.getOrDefault("headers", Value.getDefaultInstance()).getStructValue().getFieldsMap();
    diff("request ", sides.get("request_client"), sides.get("request_upstream"), lines);
    diff("response", sides.get("response_upstream"), sides.get("response_client"), lines);
    return lines;
  }

  private static void diff(
      String what,
      @org.jspecify.annotations.Nullable Value before,
      @org.jspecify.annotations.Nullable Value after,
      List<String> lines) {
    if (before == null || after == null) {
      return;
    }
    Map<String, Value> from = before.getStructValue().getFieldsMap();
    Map<String, Value> to = after.getStructValue().getFieldsMap();
    var names = new TreeSet<>(from.keySet());
    names.addAll(to.keySet());
    for (String name : names) {
      Value old = from.get(name);
      Value now = to.get(name);
      if (old != null && !old.equals(now)) {
        lines.add("  " + what + " - " + name + ": " + old.getStringValue());
      }
      if (now != null && !now.equals(old)) {
        lines.add("  " + what + " + " + name + ": " + now.getStringValue());
      }
    }
  }

  private static String text(Map<String, Value> fields, String name) {
    Value value = fields.getOrDefault(name, Value.getDefaultInstance());
    return switch (value.getKindCase()) {
      case NUMBER_VALUE -> Long.toString((long) value.getNumberValue());
      case STRING_VALUE -> value.getStringValue();
      default -> "-";
    };
  }
}
