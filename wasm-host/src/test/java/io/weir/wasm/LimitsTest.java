package io.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.wasm.v3.FailurePolicy;
import io.weir.filter.testkit.FakeContext;
import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import io.weir.wasm.guest.GuestBuilder;
import io.weir.wasm.guest.TestLog;
import io.weir.wasm.vm.ChicoryRuntime;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a plugin may use, set in the runtime layers. */
class LimitsTest {
  private final FakeWorker worker = new FakeWorker();
  private final WasmHost host = TestPlugin.host(ChicoryRuntime.Mode.LINKED);

  private TestPlugin plugin(GuestBuilder guest, FailurePolicy policy, Map<String, Long> runtime) {
    FakeContext context = TestPlugin.context(worker);
    context.runtime.putAll(runtime);
    return TestPlugin.load(
        host, worker, context, TestPlugin.settings(guest.build()).setFailurePolicy(policy));
  }

  @Test
  void aForgottenPauseEndsByThePolicy() {
    var guest = new GuestBuilder().on("proxy_on_request_headers", _ -> {}, 4);
    Map<String, Long> limit = Map.of("weir.wasm.paused_ms", 5000L);
    try (TestPlugin closed = plugin(guest, FailurePolicy.FAIL_CLOSED, limit)) {
      FilterHarness stream = closed.stream().get("/");
      worker.advance(4900);
      assertThat(stream.localReply).isNull();
      worker.advance(200);
      assertThat(stream.localReply.code()).isEqualTo(503);
      assertThat(stream.localReply.details()).isEqualTo("wasm_stream_paused");
      assertThat(worker.stats().value("wasm.test.paused_streams_ended")).isEqualTo(1);
      assertThat(closed.vm().failed()).isFalse();
    }
    try (TestPlugin open = plugin(guest, FailurePolicy.FAIL_OPEN, limit)) {
      FilterHarness stream = open.stream().get("/");
      worker.advance(5100);
      assertThat(stream.request.headersOut).isTrue();
    }
  }

  @Test
  void aPauseThatATimerMayEndGoesOn() {
    var guest =
        new GuestBuilder()
            .on("proxy_on_configure", code -> code.host("proxy_set_tick_period_milliseconds", 1000))
            .on("proxy_on_request_headers", _ -> {}, 4);
    try (TestPlugin plugin =
        plugin(guest, FailurePolicy.FAIL_CLOSED, Map.of("weir.wasm.paused_ms", 5000L))) {
      FilterHarness stream = plugin.stream().get("/");
      worker.advance(20_000);
      assertThat(stream.localReply).isNull();
    }
  }

  @Test
  void aStreamThatWaitsForMoreBodyIsNotForgotten() {
    var guest = new GuestBuilder().on("proxy_on_request_body", _ -> {}, 1);
    try (TestPlugin plugin =
        plugin(guest, FailurePolicy.FAIL_CLOSED, Map.of("weir.wasm.paused_ms", 5000L))) {
      FilterHarness stream = plugin.stream().request(false, ":path", "/").requestData("a", false);
      worker.advance(20_000);
      assertThat(stream.localReply).isNull();
    }
  }

  @Test
  void linesOverTheRateAreDroppedAndCounted() {
    TestLog.lines().clear();
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code -> {
                  for (int i = 0; i < 7; i++) {
                    code.host("proxy_log", 2, "chatter");
                  }
                });
    try (TestPlugin plugin =
        plugin(
            guest,
            FailurePolicy.FAIL_CLOSED,
            Map.of(
                "weir.wasm.log_lines_per_second", 1000L,
                "weir.wasm.test.log_lines_per_second", 2L))) {
      plugin.stream().get("/");
      assertThat(TestLog.lines()).filteredOn(line -> line.contains("chatter")).hasSize(4);
      assertThat(worker.stats().value("wasm.test.log_lines_dropped")).isEqualTo(3);
      worker.advance(1000);
      plugin.stream().get("/");
      assertThat(TestLog.lines()).filteredOn(line -> line.contains("chatter")).hasSize(6);
    }
  }

  @Test
  void pluginsWithOtherLimitsHaveAnotherVm() {
    var guest = new GuestBuilder();
    try (TestPlugin one = plugin(guest, FailurePolicy.FAIL_CLOSED, Map.of());
        TestPlugin two =
            plugin(guest, FailurePolicy.FAIL_CLOSED, Map.of("weir.wasm.callback_cpu_ms", 5L))) {
      assertThat(two.vm()).isNotSameAs(one.vm());
      assertThat(two.vm().spec().limits().callbackMillis()).isEqualTo(5);
    }
  }
}
