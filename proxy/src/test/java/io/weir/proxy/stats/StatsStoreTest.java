package io.weir.proxy.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.Histogram;
import io.weir.filter.Stats;
import io.weir.filter.Stats.HistogramUnit;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Scopes share the names of their statistics, but nothing else. */
class StatsStoreTest {
  private final StatsStore store = new StatsStore(2);

  private Map<String, Long> numbers() {
    var numbers = new TreeMap<String, Long>();
    store.visit(
        new StatsVisitor() {
          @Override
          public void counter(String name, long value) {
            numbers.put("c " + name, value);
          }

          @Override
          public void gauge(String name, long value) {
            numbers.put("g " + name, value);
          }

          @Override
          public void histogram(String name, HistogramUnit unit, HistogramSnapshot snapshot) {
            numbers.put("h " + name, snapshot.cumulative().count());
          }
        });
    return numbers;
  }

  @Test
  void scopesOfTheSameNamesCountApart() {
    for (int cluster = 0; cluster < 3; cluster++) {
      String prefix = "cluster." + cluster + ".";
      for (int writer = 0; writer < 2; writer++) {
        Stats stats = store.worker(writer);
        // More than a chunk, and a gauge on an odd cell.
        for (int i = 0; i < 21; i++) {
          stats.counter(prefix, "n" + i).add(100L * cluster + i);
        }
        stats.gauge(prefix, "active").set(cluster);
        stats.counter(prefix, "last").inc();
      }
    }
    assertThat(numbers())
        .containsEntry("c cluster.0.n20", 40L)
        .containsEntry("c cluster.2.n20", 440L)
        .containsEntry("g cluster.0.active", 0L)
        .containsEntry("g cluster.2.active", 4L)
        .containsEntry("c cluster.1.last", 2L)
        .hasSize(3 * 23);
  }

  @Test
  void namesMayComeInAnyOrderAndTwice() {
    Stats first = store.worker(0);
    first.counter("a.", "x").inc();
    first.counter("a.", "y").inc();
    first.counter("b.", "y").inc();
    first.counter("b.", "x").inc();
    store.worker(1).counter("a.", "y").inc();
    store.control().counter("a.", "x").inc();
    first.counter("b.", "z").inc();
    first.counter("a.", "z").inc();
    first.counter("a.", "x").inc();
    assertThat(numbers())
        .isEqualTo(
            Map.of("c a.x", 3L, "c a.y", 2L, "c a.z", 1L, "c b.x", 1L, "c b.y", 1L, "c b.z", 1L));
  }

  @Test
  void oneNameMayBeOfTwoKinds() {
    Stats stats = store.control();
    stats.counter("a.", "x").inc();
    stats.gauge("a.", "x").set(7);
    assertThat(numbers()).isEqualTo(Map.of("c a.x", 1L, "g a.x", 7L));
  }

  @Test
  void histogramsAreShownAtTheNextMerge() {
    Histogram one = store.worker(0).histogram("a.", "time", HistogramUnit.MILLISECONDS);
    Histogram other = store.worker(1).histogram("a.", "time", HistogramUnit.MILLISECONDS);
    store.worker(0).histogram("b.", "time", HistogramUnit.MILLISECONDS);
    one.record(0);
    other.record(12);
    assertThat(numbers()).containsEntry("h a.time", 0L);
    store.mergeHistograms();
    assertThat(numbers()).isEqualTo(Map.of("h a.time", 2L, "h b.time", 0L));
    one.record(3);
    store.mergeHistograms();
    assertThat(interval("a.time")).isEqualTo(1);
    store.mergeHistograms();
    assertThat(interval("a.time")).isZero();
    assertThat(numbers()).containsEntry("h a.time", 3L);
  }

  private long interval(String wanted) {
    long[] count = {-1};
    store.visit(
        new StatsVisitor() {
          @Override
          public void counter(String name, long value) {}

          @Override
          public void gauge(String name, long value) {}

          @Override
          public void histogram(String name, HistogramUnit unit, HistogramSnapshot snapshot) {
            if (name.equals(wanted)) {
              count[0] = snapshot.interval().count();
            }
          }
        });
    return count[0];
  }

  @Test
  void countersBeginAnewAfterAReset() {
    Stats stats = store.worker(0);
    stats.counter("a.", "x").add(5);
    store.resetCounters();
    stats.counter("a.", "x").inc();
    stats.counter("a.", "new").inc();
    assertThat(numbers()).isEqualTo(Map.of("c a.x", 1L, "c a.new", 1L));
  }

  @Test
  void whatIsBelowAPrefixIsForgotten() {
    Stats stats = store.worker(0);
    var held = stats.counter("cluster.a.", "x");
    stats.counter("cluster.a.circuit_breakers.default.", "open").inc();
    stats.counter("cluster.a.b.", "x").inc();
    stats.counter("cluster.ab.", "x").inc();
    store.removeBelow("cluster.a.", scope -> scope.startsWith("cluster.a.b."));
    held.inc();
    assertThat(numbers()).isEqualTo(Map.of("c cluster.a.b.x", 1L, "c cluster.ab.x", 1L));
    assertThat(stats.counter("cluster.a.", "x").value()).isZero();
  }
}
