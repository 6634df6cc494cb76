package io.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import io.weir.wasm.guest.Code;
import io.weir.wasm.guest.GuestBuilder;
import io.weir.wasm.vm.ChicoryRuntime;
import io.weir.wasm.vm.Limits;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** A VM that begins in the interpreter goes on in compiled code without losing anything. */
class TieredStartTest {
  private static final int REQUESTS = 0;
  private static final int STARTS = 1;
  private final Deque<Runnable> compilations = new ArrayDeque<>();
  private final FakeWorker worker = new FakeWorker();

  /** Counts requests in memory and in a global, which it keeps as a result. */
  private static GuestBuilder guest() {
    return new GuestBuilder()
        .on("_initialize", code -> code.count(STARTS))
        .on(
            "proxy_on_request_headers",
            code -> {
              code.count(REQUESTS);
              code.globalGet(0).i32(16).op(0x6a).globalSet(0);
              code.i32(GuestBuilder.RESULTS).globalGet(0).store();
              code.hostVoid("proxy_add_header_map_value", 0, "x-seen", "yes").drop();
            },
            4)
        .on("proxy_on_response_headers", code -> code.count(REQUESTS))
        .on("proxy_on_tick", Code::unreachable);
  }

  private TestPlugin start(GuestBuilder guest) {
    var host = new WasmHost(ChicoryRuntime.Mode.LINKED, Limits.DEFAULT, null, 0, compilations::add);
    return TestPlugin.of(host, worker, guest.build(), _ -> {});
  }

  private int result(TestPlugin plugin) {
    plugin.again();
    return plugin.next();
  }

  @Test
  void streamsGlobalsAndMemoryGoOnInCompiledCode() {
    try (TestPlugin plugin = start(guest())) {
      assertThat(plugin.vm().interpreted()).isTrue();
      FilterHarness paused = plugin.stream().get("/");
      assertThat(paused.info).isNotNull();
      int global = result(plugin);
      long memory = plugin.vm().memoryBytes();

      compilations.remove().run();
      worker.run();

      assertThat(plugin.vm().interpreted()).isFalse();
      assertThat(plugin.vm().spec().module().best().linked()).isTrue();
      assertThat(plugin.vm().memoryBytes()).isEqualTo(memory);
      plugin.stream().get("/");
      assertThat(result(plugin)).isEqualTo(global + 16);
      paused.response(200, true);
      assertThat(plugin.counter(REQUESTS)).isEqualTo(3);
      assertThat(plugin.counter(STARTS)).isEqualTo(1);
      assertThat(plugin.host.quota().usedBytes()).isEqualTo(memory);
    }
    assertThat(compilations).isEmpty();
  }

  @Test
  void theNextVmBeginsInCompiledCode() {
    try (TestPlugin first = start(guest())) {
      compilations.remove().run();
      worker.run();
      try (TestPlugin second =
          TestPlugin.of(
              first.host,
              worker,
              guest().build(),
              settings -> settings.getVmConfigBuilder().setVmId("b"))) {
        assertThat(second.vm()).isNotSameAs(first.vm());
        assertThat(second.vm().interpreted()).isFalse();
      }
    }
  }

  @Test
  void aVmThatFailedBeforeIsLeftAlone() {
    var guest = new GuestBuilder().on("proxy_on_request_headers", Code::unreachable);
    try (TestPlugin plugin = start(guest)) {
      plugin.stream().get("/");
      compilations.remove().run();
      worker.run();
      assertThat(plugin.vm().failed()).isTrue();
      assertThat(plugin.host.quota().usedBytes()).isZero();
    }
  }
}
