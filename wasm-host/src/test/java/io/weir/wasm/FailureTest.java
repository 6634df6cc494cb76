package io.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.BackoffStrategy;
import io.envoyproxy.envoy.extensions.wasm.v3.FailurePolicy;
import io.envoyproxy.envoy.extensions.wasm.v3.ReloadConfig;
import io.weir.filter.http.LocalReply;
import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import io.weir.wasm.guest.Code;
import io.weir.wasm.guest.GuestBuilder;
import io.weir.wasm.guest.TestLog;
import io.weir.wasm.vm.ChicoryRuntime;
import io.weir.wasm.vm.Limits;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class FailureTest {

  /** Traps on requests for which {@code trap} leaves it to. */
  private static GuestBuilder trapping() {
    return new GuestBuilder()
        .on("proxy_on_request_headers", code -> code.get(2).op(0x45).ifTrue(Code::unreachable), 4);
  }

  @Test
  void aTrapAnswers503AndTheVmIsNotUsedAgain() {
    try (TestPlugin plugin = TestPlugin.of(trapping())) {
      FilterHarness waiting = plugin.stream().get("/waiting");
      FilterHarness trapped = plugin.stream().request(false, ":path", "/");
      assertThat(trapped.events).containsExactly("localReply 503 wasm_fail_stream");
      LocalReply reply = trapped.localReply;
      assertThat(reply.body()).isEmpty();
      assertThat(reply.grpcStatus()).isEqualTo(14);
      assertThat(plugin.vm().failure()).contains("unreachable");
      assertThat(waiting.settle().events).containsExactly("localReply 503 wasm_fail_stream");
      assertThat(plugin.stream().get("/later").events)
          .containsExactly("localReply 503 wasm_fail_stream");
      trapped.close();
      waiting.close();
    }
  }

  @Test
  void aTrapSaysWhereTheGuestWasAndWhatItCalled() {
    TestLog.lines().clear();
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code -> code.host("proxy_log", 2, "before the end").unreachable());
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      plugin.stream().get("/").close();
    }
    assertThat(TestLog.lines())
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("ERROR Function: proxy_on_request_headers failed: ")
                    .contains("(plugin test root vm)")
                    .contains("in-VM backtrace:\n  0: proxy_on_request_headers")
                    .endsWith("Last host calls: proxy_log"));
  }

  @Test
  void failOpenLetsAllButTheTrappingRequestPass() {
    try (TestPlugin plugin =
        TestPlugin.of(
            ChicoryRuntime.Mode.LINKED,
            trapping(),
            settings -> settings.setFailurePolicy(FailurePolicy.FAIL_OPEN))) {
      FilterHarness waiting = plugin.stream().get("/waiting");
      FilterHarness trapped = plugin.stream().request(false, ":path", "/");
      assertThat(trapped.localReply.code()).isEqualTo(503);
      assertThat(waiting.settle().request.headersOut).isTrue();
      assertThat(plugin.stream().get("/later").request.headersOut).isTrue();
    }
  }

  @Test
  void theOldFailOpenLetsEvenTheTrappingRequestPass() {
    try (TestPlugin plugin =
        TestPlugin.of(
            ChicoryRuntime.Mode.LINKED, trapping(), settings -> settings.setFailOpen(true))) {
      FilterHarness trapped = plugin.stream().request(false, ":path", "/");
      assertThat(trapped.request.headersOut).isTrue();
      assertThat(trapped.response(200, true).response.headersOut).isTrue();
      trapped.close();
    }
  }

  @Test
  void reloadStartsANewVmAfterTheBackoff() {
    var guest =
        new GuestBuilder()
            .on("proxy_on_request_headers", code -> code.get(2).op(0x45).ifTrue(Code::unreachable));
    try (TestPlugin plugin =
        TestPlugin.of(
            ChicoryRuntime.Mode.LINKED,
            guest,
            settings ->
                settings
                    .setFailurePolicy(FailurePolicy.FAIL_RELOAD)
                    .setReloadConfig(
                        ReloadConfig.newBuilder()
                            .setBackoff(
                                BackoffStrategy.newBuilder()
                                    .setBaseInterval(Duration.newBuilder().setSeconds(1))
                                    .setMaxInterval(Duration.newBuilder().setSeconds(2)))))) {
      plugin.stream().request(false, ":path", "/").close();
      assertThat(plugin.stream().get("/").localReply.code()).isEqualTo(503);
      plugin.worker.advance(900);
      assertThat(plugin.stream().get("/").localReply.code()).isEqualTo(503);
      plugin.worker.advance(700);
      assertThat(plugin.stream().get("/").request.headersOut).isTrue();
      assertThat(plugin.worker.stats().value("wasm.test.vm_reload_success")).isEqualTo(1);

      // The second failure in a row waits longer, but never over the maximum.
      plugin.stream().request(false, ":path", "/").close();
      plugin.worker.advance(1900);
      assertThat(plugin.stream().get("/").localReply.code()).isEqualTo(503);
      plugin.worker.advance(200);
      assertThat(plugin.stream().get("/").request.headersOut).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEndlessLoopIsStoppedAndTheThreadLivesOn(ChicoryRuntime.Mode mode) {
    assertThat(failureOf(mode, code -> code.loopForever(_ -> {}))).contains("CPU budget of 50 ms");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void endlessRecursionIsATrap(ChicoryRuntime.Mode mode) {
    var guest =
        new GuestBuilder()
            .function("deep", "i>i", false, code -> code.get(0).callRaw("deep"))
            .on("proxy_on_request_headers", code -> code.i32(1).callRaw("deep").drop());
    assertThat(failureOf(mode, guest)).containsIgnoringCase("call stack exhausted");
  }

  @ParameterizedTest
  @EnumSource
  void memoryOutsideTheLimitsIsATrapOrRefusedToGrow(ChicoryRuntime.Mode mode) {
    assertThat(failureOf(mode, code -> code.i32(0x7ffffff0).load().drop()))
        .containsIgnoringCase("out of bounds memory access");
    // memory.grow by 60,000 pages yields -1; then 1 is not reached.
    var bomb =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code -> code.i32(GuestBuilder.RESULTS).i32(60_000).op(0x40, 0).store());
    try (TestPlugin plugin = TestPlugin.of(mode, bomb, _ -> {})) {
      plugin.stream().get("/");
      assertThat(plugin.next()).isEqualTo(-1);
    }
  }

  @Test
  void divisionByZeroAndExitAreNamed() {
    assertThat(failureOf(ChicoryRuntime.Mode.LINKED, code -> code.i32(1).i32(0).op(0x6d).drop()))
        .contains("divide by zero");
    assertThat(failureOf(ChicoryRuntime.Mode.LINKED, code -> code.hostVoid("proc_exit", 3)))
        .isEqualTo("the module called proc_exit(3)");
  }

  @Test
  void callingBackFromTheAllocatorIsATrap() {
    var guest =
        new GuestBuilder()
            .allocator("")
            .function(
                "proxy_on_memory_allocate",
                "i>i",
                true,
                code ->
                    code.host(
                            "proxy_get_header_map_value",
                            0,
                            ":path",
                            new Code.Out(0),
                            new Code.Out(1))
                        .i32(70_000))
            .on(
                "proxy_on_request_headers",
                code ->
                    code.host(
                        "proxy_get_header_map_value",
                        0,
                        ":path",
                        new Code.Out(0),
                        new Code.Out(1)));
    assertThat(failureOf(ChicoryRuntime.Mode.LINKED, guest)).contains("inside the allocator");
  }

  private static String failureOf(ChicoryRuntime.Mode mode, Consumer<Code> body) {
    return failureOf(mode, new GuestBuilder().on("proxy_on_request_headers", body));
  }

  private static String failureOf(ChicoryRuntime.Mode mode, GuestBuilder guest) {
    var host = new WasmHost(mode, new Limits(64, 50, 20_000), null);
    try (TestPlugin plugin = TestPlugin.of(host, new FakeWorker(), guest.build(), _ -> {})) {
      FilterHarness stream = plugin.stream().get("/");
      assertThat(stream.localReply.code()).isEqualTo(503);
      return plugin.vm().failure();
    }
  }
}
