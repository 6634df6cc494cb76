package io.weir.plugin.jvm;

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

/** A configured plugin of a jar on {@code /plugins}. Any thread. */
record ShownJar(ModuleConfig module, String place, Accounts accounts, WorkerSet workers)
    implements RunningPlugin {
  @Override
  public String name() {
    return module.plugin();
  }

  @Override
  public String runtime() {
    return "jar";
  }

  @Override
  public CompletionStage<PluginStatus> status() {
    List<CompletableFuture<Account.Report>> asked = new ArrayList<>();
    for (Worker worker : workers.all()) {
      var answer = new CompletableFuture<Account.Report>();
      worker.execute(() -> answer.complete(accounts.of(worker).report()));
      asked.add(answer);
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(_ -> sum(asked.stream().map(CompletableFuture::join).toList()));
  }

  private PluginStatus sum(List<Account.Report> reports) {
    Account.Report all = reports.stream().reduce(Account.Report.NONE, Account.Report::plus);
    Map<String, Value> details = new LinkedHashMap<>();
    details.put("jar", Value.of(module.jar().name()));
    details.put("sha256", Value.of(module.jar().digest()));
    if (all.samples() > 0) {
      details.put("nanoseconds_per_call", Value.of((double) (all.nanos() / all.samples())));
      details.put("bytes_per_call", Value.of((double) (all.bytes() / all.samples())));
    }
    if (!all.lastFailure().isEmpty()) {
      details.put("last_error", Value.of(all.lastFailure()));
    }
    return new PluginStatus(
        PluginStatus.State.RUNNING,
        "",
        0,
        all.calls(),
        all.failures(),
        0,
        new Value.MapValue(details));
  }
}
