package io.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import io.weir.wasm.guest.Code;
import io.weir.wasm.guest.GuestBuilder;
import io.weir.wasm.vm.ChicoryRuntime;
import io.weir.wasm.vm.Limits;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** How soon after its budget a call ends, and that nothing else ends with it. */
class StopTest {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int RUNS = 21;
  private static final long BUDGET_MILLIS = 20;

  /** Loops for ever on a request without {@code x-good}, in two nested loops with a call. */
  private static byte[] guest() {
    return new GuestBuilder()
        .on(
            "proxy_on_request_headers",
            code ->
                code.hostVoid(
                        "proxy_get_header_map_value", 0, "x-good", new Code.Out(0), new Code.Out(1))
                    .ifTrue(loop -> loop.loopForever(inner -> inner.i32(1).drop())))
        .build();
  }

  @Test
  void anEndlessLoopEndsSoonAfterItsBudget() {
    var host =
        new WasmHost(ChicoryRuntime.Mode.LINKED, new Limits(64, BUDGET_MILLIS, 20_000), null);
    var worker = new FakeWorker();
    double[] late = new double[RUNS];
    byte[] code = guest();
    for (int i = 0; i < RUNS; i++) {
      try (TestPlugin plugin = TestPlugin.of(host, worker, code, _ -> {});
          TestPlugin neighbour =
              TestPlugin.of(
                  host,
                  worker,
                  code,
                  settings -> settings.getVmConfigBuilder().setVmId("neighbour"))) {
        FilterHarness open = neighbour.stream().request(false, ":path", "/", "x-good", "1");
        FilterHarness stopped = plugin.stream();
        long before = THREADS.getCurrentThreadCpuTime();
        stopped.get("/");
        long used = THREADS.getCurrentThreadCpuTime() - before;
        late[i] = used / 1e6 - BUDGET_MILLIS;
        assertThat(stopped.localReply.code()).isEqualTo(503);
        assertThat(plugin.vm().failureKind()).isEqualTo("cpu_budget");
        open.requestData("more", true).response(200, true);
        assertThat(open.response.headersOut).isTrue();
        assertThat(neighbour.vm().failed()).isFalse();
      }
    }
    Arrays.sort(late);
    System.getLogger("weir.test")
        .log(
            System.Logger.Level.INFO,
            "stopped after its budget: median {0} ms, at most {1} ms",
            late[RUNS / 2],
            late[RUNS - 1]);
    // On a machine that does nothing else the median is 2 ms.
    assertThat(late[RUNS / 2]).as("median over the budget, ms").isLessThan(25);
  }
}
