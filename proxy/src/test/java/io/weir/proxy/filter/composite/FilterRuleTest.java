package io.weir.proxy.filter.composite;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.filter.testkit.FakeWorker;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.extension.RuntimeFraction;
import io.weir.proxy.matcher.tree.MatchTree;
import io.weir.proxy.worker.Lease;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FilterRuleTest {
  private final OpenSlot slot = new OpenSlot();
  private final FilterRule rule =
      new FilterRule(
          new MatchTree.Leaf<>(new FilterAction.Execute(slot, RuntimeFraction.ALWAYS)),
          false,
          List.of(slot));
  private final List<FakeWorker> workers = List.of(new FakeWorker(0), new FakeWorker(1));

  @Test
  void ruleOfARouteIsClosedOnEveryWorkerThatOpenedIt() {
    workers.forEach(rule::openWorker);
    assertThat(slot.open).containsExactly(0, 1);

    rule.close();
    assertThat(slot.open).as("not before the workers come to it").containsExactly(0, 1);
    workers.forEach(FakeWorker::run);
    assertThat(slot.open).isEmpty();
  }

  @Test
  void ruleOfAFilterIsClosedOncePerWorker() {
    workers.forEach(rule::openWorker);
    workers.forEach(rule::closeWorker);
    assertThat(slot.closed).isEqualTo(2);

    rule.close();
    workers.forEach(FakeWorker::run);
    assertThat(slot.closed).isEqualTo(2);
  }

  /** Notes where it is open. */
  private static final class OpenSlot implements HttpFilterSlot {
    private final Set<Integer> open = new TreeSet<>();
    private int closed;

    @Override
    public String name() {
      return "chosen";
    }

    @Override
    public boolean disabled() {
      return false;
    }

    @Override
    public boolean terminal() {
      return false;
    }

    @Override
    public @Nullable Lease<HttpFilterWorker> get(Worker worker) {
      return null;
    }

    @Override
    public void openWorker(Worker worker) {
      open.add(worker.index());
    }

    @Override
    public void closeWorker(Worker worker) {
      open.remove(worker.index());
      closed++;
    }

    @Override
    public @Nullable HttpFilterFactory factory() {
      return null;
    }
  }
}
