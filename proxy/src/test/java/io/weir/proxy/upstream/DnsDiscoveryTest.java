package io.weir.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.testkit.FakeWorker;
import io.weir.proxy.cluster.Endpoint;
import io.weir.proxy.worker.ControlThread;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of endpoints as names change, fail and vanish. */
final class DnsDiscoveryTest {
  private final ControlThread control = new ControlThread(failure -> {});
  private final BlockingQueue<Assignment> delivered = new LinkedBlockingQueue<>();
  private final Queue<Object> script = new ArrayDeque<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final FakeWorker worker = new FakeWorker();
  private DnsDiscovery discovery;

  @AfterEach
  void stop() {
    control.execute(discovery::close);
    control.close();
  }

  /** Each answer is used once; the last one again and again. Text is a list of addresses. */
  private void start(boolean logical, boolean respectTtl, long ttlSeconds, Object... answers) {
    script.addAll(List.of(answers));
    var counter = worker.stats().counter("", "c");
    discovery =
        new DnsDiscovery(
            Assignment.of(
                List.of(Endpoint.of(InetSocketAddress.createUnresolved("name.test", 80)))),
            new Scripted(ttlSeconds),
            DnsResolver.Family.V4_ONLY,
            new DnsDiscovery.Schedule(2, 2, 10, respectTtl, 0),
            logical,
            control,
            new DnsDiscovery.DnsStats(counter, counter, counter, counter));
    control.execute(() -> discovery.start(delivered::add));
  }

  private final class Scripted implements DnsResolver {
    private final long ttlSeconds;

    Scripted(long ttlSeconds) {
      this.ttlSeconds = ttlSeconds;
    }

    @Override
    public CompletionStage<Answer> resolve(String name, Family family) {
      asked.incrementAndGet();
      Object next = script.size() > 1 ? script.poll() : script.peek();
      return next instanceof String text
          ? CompletableFuture.completedFuture(
              new Answer(
                  text.isEmpty()
                      ? List.of()
                      : List.of(text.split(" ")).stream().map(DnsDiscoveryTest::ip).toList(),
                  ttlSeconds))
          : CompletableFuture.failedFuture(new IOException("no answer"));
    }

    @Override
    public void close() {}
  }

  private static InetAddress ip(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private List<String> next() throws InterruptedException {
    Assignment assignment = delivered.poll(10, TimeUnit.SECONDS);
    assertThat(assignment).isNotNull();
    return assignment.endpoints().stream()
        .map(endpoint -> ((InetSocketAddress) endpoint.address()).getAddress().getHostAddress())
        .toList();
  }

  @Test
  void allAddressesOfANameAreHosts() throws Exception {
    start(false, false, 60, "10.0.0.1 10.0.0.2", "10.0.0.2 10.0.0.1", "10.0.0.2 10.0.0.3");
    assertThat(next()).containsExactly("10.0.0.1", "10.0.0.2");
    // Another order is no change.
    assertThat(next()).containsExactly("10.0.0.2", "10.0.0.3");
  }

  @Test
  void aFailureKeepsTheHosts() throws Exception {
    start(false, false, 60, "10.0.0.1", 0, 0, "10.0.0.2");
    assertThat(next()).containsExactly("10.0.0.1");
    assertThat(next()).containsExactly("10.0.0.2");
  }

  @Test
  void aNameWithoutAddressesHasNoHosts() throws Exception {
    start(false, false, 60, "10.0.0.1", "", "10.0.0.1");
    assertThat(next()).containsExactly("10.0.0.1");
    assertThat(next()).isEmpty();
    assertThat(next()).containsExactly("10.0.0.1");
  }

  @Test
  void aLogicalHostStaysUntilThereIsAnother() throws Exception {
    start(true, false, 60, "10.0.0.1 10.0.0.9", "", 0, "10.0.0.2");
    assertThat(next()).containsExactly("10.0.0.1");
    assertThat(next()).containsExactly("10.0.0.2");
  }

  @Test
  void aFirstFailureIsDeliveredAsNothing() throws Exception {
    start(false, false, 60, 0, "10.0.0.1");
    assertThat(next()).isEmpty();
    assertThat(next()).containsExactly("10.0.0.1");
  }

  @Test
  void theTimeToLiveSaysWhenToAskAgain() throws Exception {
    start(false, true, 3600, "10.0.0.1", "10.0.0.2");
    assertThat(next()).containsExactly("10.0.0.1");
    assertThat(delivered.poll(100, TimeUnit.MILLISECONDS)).isNull();
    assertThat(asked).hasValue(1);
  }
}
