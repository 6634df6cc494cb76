package io.weir.proxy.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.Worker;
import io.weir.filter.WorkerLocal;
import io.weir.proxy.stats.StatsStore;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerGroupTest {
  private final StatsStore store = new StatsStore(2);
  private final WorkerGroup group =
      WorkerGroup.start(2, Transport.detect(), Ticker.system(), new Random(1), store::worker);

  @AfterEach
  void close() {
    group.close();
  }

  private static <T> T on(Worker worker, java.util.function.Supplier<T> task) throws Exception {
    var result = new CompletableFuture<T>();
    worker.execute(
        () -> {
          try {
            result.complete(task.get());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    return result.get(5, TimeUnit.SECONDS);
  }

  @Test
  void eachWorkerRunsItsTasksOnItsOwnThread() throws Exception {
    Worker first = group.get(0);
    Worker second = group.get(1);
    assertThat(first.inWorker()).isFalse();
    assertThat(on(first, first::inWorker)).isTrue();
    assertThat(on(first, second::inWorker)).isFalse();
    assertThat(on(second, () -> Thread.currentThread().getName())).startsWith("wrk:worker_");
  }

  @Test
  void localValuesAreMadeOncePerWorker() throws Exception {
    var local = new WorkerLocal<>(worker -> new StringBuilder("w" + worker.index()));
    var a = on(group.get(0), () -> group.get(0).local(local));
    var again = on(group.get(0), () -> group.get(0).local(local));
    var b = on(group.get(1), () -> group.get(1).local(local));
    assertThat(again).isSameAs(a);
    assertThat(b).hasToString("w1").isNotSameAs(a);
  }

  @Test
  void timersFireOnTheWorker() throws Exception {
    var done = new CompletableFuture<Boolean>();
    Worker worker = group.get(1);
    worker.execute(() -> worker.newTimer(() -> done.complete(worker.inWorker())).arm(5));
    assertThat(done.get(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void statisticsOfAllWorkersAreSummed() throws Exception {
    for (Worker worker : group.all()) {
      on(
          worker,
          () -> {
            worker.stats().counter("a.", "b").add(worker.index() + 1);
            return null;
          });
    }
    var seen = new java.util.HashMap<String, Long>();
    store.visit(
        new io.weir.proxy.stats.StatsVisitor() {
          @Override
          public void counter(String name, long value) {
            seen.put(name, value);
          }

          @Override
          public void gauge(String name, long value) {}
        });
    assertThat(seen).containsEntry("a.b", 3L);
  }
}
