package io.weir.proxy.admin;

import io.weir.filter.PluginStatus;
import io.weir.filter.RunningPlugin;
import io.weir.filter.Value;
import io.weir.proxy.extension.PluginDirectory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** {@code /plugins}: the plugins of every runtime, as a table or as JSON with all details. */
final class PluginsEndpoint implements AdminEndpoint {
  private static final long WAIT_SECONDS = 2;
  private static final List<String> COLUMNS =
      List.of("PLUGIN", "RUNTIME", "PLACE", "STATE", "STREAMS", "CALLS", "FAILURES", "MEMORY");
  private static final int FIRST_NUMBER = 4;

  private final PluginDirectory plugins;

  PluginsEndpoint(PluginDirectory plugins) {
    this.plugins = plugins;
  }

  @Override
  public String path() {
    return "/plugins";
  }

  @Override
  public String help() {
    return "print the plugins that run, their calls, failures and memory";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter("format", "text or json"),
        new Parameter("name", "only plugins of that name"));
  }

  /** A plugin and what it said; null when it did not answer in time. */
  private record Row(RunningPlugin plugin, @Nullable PluginStatus status) {
    String state() {
      return status == null ? "no answer" : status.state().name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public AdminResponse handle(AdminRequest request) throws InterruptedException {
    List<Row> rows = rows(request.parameter("name"));
    return request.parameter("format", "text").equals("json") ? json(rows) : text(rows);
  }

  private List<Row> rows(@Nullable String name) throws InterruptedException {
    var asked = new LinkedHashMap<RunningPlugin, CompletableFuture<PluginStatus>>();
    for (RunningPlugin plugin : plugins.all()) {
      if (name == null || plugin.name().equals(name)) {
        asked.put(plugin, plugin.status().toCompletableFuture());
      }
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    var rows = new ArrayList<Row>();
    for (var entry : asked.entrySet()) {
      rows.add(new Row(entry.getKey(), answer(entry.getValue(), deadline)));
    }
    return rows;
  }

  private static @Nullable PluginStatus answer(CompletableFuture<PluginStatus> stage, long deadline)
      throws InterruptedException {
    try {
      return stage.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException _) {
      return null;
    }
  }

  // ---- the table

  private static AdminResponse text(List<Row> rows) {
    var cells = new ArrayList<List<String>>();
    cells.add(COLUMNS);
    rows.forEach(row -> cells.add(cells(row)));
    int[] widths = new int[COLUMNS.size()];
    for (List<String> line : cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line(cells.get(i), widths, text);
      PluginStatus status = i == 0 ? null : rows.get(i - 1).status();
      if (status != null && !status.reason().isEmpty()) {
        text.append("    ").append(status.reason().replace("\n", "\n    ")).append('\n');
      }
    }
    return AdminResponse.text(text.toString());
  }

  private static List<String> cells(Row row) {
    PluginStatus status = row.status();
    var cells = new ArrayList<String>();
    cells.add(row.plugin().name().isEmpty() ? "-" : row.plugin().name());
    cells.add(row.plugin().runtime());
    cells.add(row.plugin().place());
    cells.add(row.state());
    cells.add(status == null ? "-" : String.valueOf(status.streams()));
    cells.add(status == null ? "-" : String.valueOf(status.calls()));
    cells.add(status == null ? "-" : String.valueOf(status.failures()));
    cells.add(status == null || status.memoryBytes() == 0 ? "-" : size(status.memoryBytes()));
    return cells;
  }

  private static String size(long bytes) {
    return bytes < 10L << 20 ? (bytes >> 10) + " KiB" : (bytes >> 20) + " MiB";
  }

  private static void line(List<String> cells, int[] widths, StringBuilder out) {
    int start = out.length();
    for (int i = 0; i < widths.length; i++) {
      String padding = " ".repeat(widths[i] - cells.get(i).length());
      out.append(i == 0 ? "" : "  ");
      out.append(i >= FIRST_NUMBER ? padding + cells.get(i) : cells.get(i) + padding);
    }
    while (out.length() > start && out.charAt(out.length() - 1) == ' ') {
      out.setLength(out.length() - 1);
    }
    out.append('\n');
  }

  // ---- JSON

  private static AdminResponse json(List<Row> rows) {
    List<Object> all = new ArrayList<>();
    for (Row row : rows) {
      Map<String, @Nullable Object> shown = new LinkedHashMap<>();
      shown.put("name", row.plugin().name());
      shown.put("runtime", row.plugin().runtime());
      shown.put("place", row.plugin().place());
      shown.put("state", row.state());
      PluginStatus status = row.status();
      if (status != null) {
        shown.put("reason", status.reason());
        shown.put("streams", status.streams());
        shown.put("calls", status.calls());
        shown.put("failures", status.failures());
        shown.put("memory_bytes", status.memoryBytes());
        status.details().fields().forEach((key, value) -> shown.put(key, tree(value)));
      }
      all.add(shown);
    }
    return AdminResponse.json(Json.pretty(Map.of("plugins", all)));
  }

  private static @Nullable Object tree(Value value) {
    return switch (value) {
      case Value.NullValue _ -> null;
      case Value.BoolValue(boolean bool) -> bool;
      case Value.StringValue(String text) -> text;
      case Value.NumberValue(double number) ->
          number == Math.rint(number) && Math.abs(number) < 1e15
              ? (Object) (long) number
              : (Object) number;
      case Value.ListValue(List<Value> values) ->
          values.stream().map(PluginsEndpoint::tree).toList();
      case Value.MapValue(Map<String, Value> fields) -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        fields.forEach((key, field) -> map.put(key, tree(field)));
        yield map;
      }
    };
  }
}
