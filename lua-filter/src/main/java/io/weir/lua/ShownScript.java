package io.weir.lua;

import io.weir.filter.PluginStatus;
import io.weir.filter.RunningPlugin;
import io.weir.filter.Value;
import io.weir.filter.Worker;
import io.weir.filter.WorkerSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A code block of a configuration on {@code /plugins}. Any thread. */
record ShownScript(String name, LuaScript script, WorkerSet workers) implements RunningPlugin {

  @Override
  public String runtime() {
    return "lua";
  }

  @Override
  public String place() {
    return "http filter";
  }

  @Override
  public CompletionStage<PluginStatus> status() {
    List<CompletableFuture<ScriptReport>> asked = new ArrayList<>();
    for (Worker worker : workers.all()) {
      var answer = new CompletableFuture<ScriptReport>();
      worker.execute(() -> answer.complete(script.report(worker)));
      asked.add(answer);
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(_ -> sum(asked.stream().map(CompletableFuture::join).toList()));
  }

  private PluginStatus sum(List<ScriptReport> reports) {
    ScriptReport all = reports.stream().reduce(ScriptReport.NONE, ScriptReport::plus);
    Map<String, Value> details = new LinkedHashMap<>();
    details.put("source", Value.of(script.origin()));
    details.put("yields", Value.of((double) all.yields()));
    details.put("microseconds", Value.of((double) all.microseconds()));
    String lastError = all.lastError();
    if (lastError != null) {
      details.put("last_error", Value.of(lastError));
    }
    String failure = all.loadFailure();
    return new PluginStatus(
        failure == null ? PluginStatus.State.RUNNING : PluginStatus.State.FAILED,
        failure == null ? "" : failure,
        0,
        all.calls(),
        all.errors(),
        all.memoryBytes(),
        new Value.MapValue(details));
  }
}
