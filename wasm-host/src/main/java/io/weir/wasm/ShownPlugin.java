package io.weir.wasm;

import io.weir.filter.PluginStatus;
import io.weir.filter.PluginStatus.State;
import io.weir.filter.RunningPlugin;
import io.weir.filter.Value;
import io.weir.wasm.context.PluginMeter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A wasm plugin on {@code /plugins}: asks its parts on their workers and adds up. */
final class ShownPlugin implements RunningPlugin {
  private final WasmPlugin plugin;
  private final Place place;

  ShownPlugin(WasmPlugin plugin, Place place) {
    this.plugin = plugin;
    this.place = place;
  }

  @Override
  public String name() {
    return plugin.settings().name();
  }

  @Override
  public String runtime() {
    return "wasm";
  }

  @Override
  public String place() {
    return place.text();
  }

  @Override
  public CompletionStage<PluginStatus> status() {
    List<CompletableFuture<PartStatus>> asked = new ArrayList<>();
    for (PluginOnWorker part : plugin.parts()) {
      asked.add(CompletableFuture.supplyAsync(part::status, part.worker()));
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(_ -> sum(asked.stream().map(CompletableFuture::resultNow).toList()));
  }

  private PluginStatus sum(List<PartStatus> parts) {
    var meter = new PluginMeter();
    var workers = new ArrayList<Value>();
    long streams = 0;
    long failures = 0;
    long memory = 0;
    int failed = 0;
    String reason = plugin.failure();
    for (PartStatus part : parts) {
      meter.add(part.meter());
      streams += part.streams();
      failures += part.failures();
      memory += part.memoryBytes();
      failed += part.failed() ? 1 : 0;
      reason = part.lastFailure().isEmpty() ? reason : part.lastFailure();
      workers.add(part.describe());
    }
    var details = new LinkedHashMap<String, Value>();
    plugin.describe(details);
    meter.describe(details);
    details.put("workers", new Value.ListValue(workers));
    return new PluginStatus(
        state(parts.size(), failed),
        reason,
        streams,
        meter.calls(),
        failures,
        memory,
        new Value.MapValue(details));
  }

  private State state(int parts, int failed) {
    if (parts == 0) {
      return plugin.failure().isEmpty() ? State.WARMING : State.FAILED;
    }
    return failed == 0 ? State.RUNNING : failed == parts ? State.FAILED : State.DEGRADED;
  }
}
