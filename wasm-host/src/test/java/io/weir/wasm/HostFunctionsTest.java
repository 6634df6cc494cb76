package io.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import io.envoyproxy.envoy.extensions.wasm.v3.CapabilityRestrictionConfig;
import io.envoyproxy.envoy.extensions.wasm.v3.EnvironmentVariables;
import io.envoyproxy.envoy.extensions.wasm.v3.SanitizationConfig;
import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import io.weir.wasm.guest.Code.Out;
import io.weir.wasm.guest.Code.Ref;
import io.weir.wasm.guest.GuestBuilder;
import io.weir.wasm.guest.TestLog;
import io.weir.wasm.vm.ChicoryRuntime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Statuses and effects of the host functions that need no peer. */
class HostFunctionsTest {
  private static final int FAR = 0x7fffff00;

  @Test
  void readsConfigurations() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_vm_start",
                code ->
                    code.keepArg(1)
                        .host("proxy_get_buffer_bytes", 6, 0, -1, new Out(0), new Out(1))
                        .keep(0)
                        .host("proxy_get_buffer_bytes", 7, 0, -1, new Out(0), new Out(1)))
            .on(
                "proxy_on_configure",
                code ->
                    code.keepArg(1)
                        .host("proxy_get_buffer_bytes", 7, 2, 3, new Out(0), new Out(1))
                        .keep(0)
                        .host("proxy_get_buffer_bytes", 7, -1, 2, new Out(0), new Out(1))
                        .keep(0)
                        .host("proxy_get_buffer_bytes", 7, 0, 0, new Out(0), new Out(1))
                        .host("proxy_get_buffer_bytes", 9, 0, 1, new Out(0), new Out(1))
                        .host("proxy_get_buffer_bytes", 4, 0, 1, new Out(0), new Out(1))
                        .host("proxy_get_buffer_bytes", 0, 0, 1, new Out(0), new Out(1))
                        .host("proxy_get_buffer_bytes", 7, 0, 1, FAR, new Out(1))
                        .host("proxy_get_buffer_status", 7, new Out(0), new Out(1))
                        .keep(0)
                        .host("proxy_get_buffer_status", 4, new Out(0), new Out(1))
                        .host("proxy_set_buffer_bytes", 7, 0, 0, "x")
                        .host("proxy_set_buffer_bytes", 6, 0, 0, "x")
                        .host("proxy_set_buffer_bytes", 4, 0, 0, "x")
                        .host("proxy_set_buffer_bytes", 99, 0, 0, "x"));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      assertThat(plugin.next()).isEqualTo(7);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("vm text");
      assertThat(plugin.next()).isEqualTo(1);
      assertThat(plugin.next()).isEqualTo(11);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("ugi");
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEmpty();
      assertThat(next(plugin, 5)).containsExactly(0, 2, 1, 0, 6);
      assertThat(next(plugin, 3)).containsExactly(0, 11, 0);
      assertThat(next(plugin, 5)).containsExactly(1, 2, 2, 1, 2);
    }
  }

  private static List<Integer> next(TestPlugin plugin, int count) {
    return java.util.stream.IntStream.range(0, count).mapToObj(_ -> plugin.next()).toList();
  }

  @Test
  void theOldAbiReadsConfigurationsDirectly() {
    var guest =
        new GuestBuilder()
            .marker("proxy_abi_version_0_1_0")
            .on(
                "proxy_on_vm_start",
                code -> code.host("proxy_get_configuration", new Out(0), new Out(1)).keep(0))
            .on(
                "proxy_on_configure",
                code ->
                    code.host("proxy_get_configuration", new Out(0), new Out(1))
                        .keep(0)
                        .host("proxy_get_configuration", FAR, new Out(1)))
            .on(
                "proxy_on_request_headers",
                code ->
                    code.host("proxy_get_configuration", new Out(0), new Out(1))
                        .keep(0)
                        .host("proxy_get_header_map_value", 0, "nope", new Out(0), new Out(1))
                        .keep(0));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      plugin.stream().get("/");
      for (String expected : List.of("vm text", "plugin text")) {
        assertThat(plugin.next()).isZero();
        assertThat(plugin.nextText()).isEqualTo(expected);
      }
      assertThat(plugin.next()).isEqualTo(6);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("vm text");
      assertThat(plugin.next()).as("an absent header is empty in 0.1.0").isZero();
      assertThat(plugin.nextText()).isEmpty();
    }
  }

  @Test
  void countsMetrics() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_configure",
                code ->
                    code.host("proxy_define_metric", 0, "hits", new Out(0))
                        .host("proxy_increment_metric", new Ref(0), 2L)
                        .host("proxy_define_metric", 3, "bad", new Out(5)))
            .on(
                "proxy_on_request_headers",
                code ->
                    code.host("proxy_increment_metric", new Ref(0), 3L)
                        .host("proxy_increment_metric", new Ref(0), 0L)
                        .host("proxy_increment_metric", new Ref(0), -1L)
                        .host("proxy_record_metric", new Ref(0), 10L)
                        .host("proxy_get_metric", new Ref(0), new Out(6))
                        .keepNumber(6)
                        .host("proxy_define_metric", 1, "level", new Out(1))
                        .host("proxy_record_metric", new Ref(1), 7L)
                        .host("proxy_increment_metric", new Ref(1), -3L)
                        .host("proxy_define_metric", 2, "times", new Out(2))
                        .host("proxy_record_metric", new Ref(2), 42L)
                        .host("proxy_increment_metric", new Ref(2), 1L)
                        .host("proxy_get_metric", new Ref(2), new Out(6))
                        .host("proxy_define_metric", 0, "hits", new Out(3))
                        .host("proxy_increment_metric", new Ref(3), 1L)
                        // Ids that nobody defined, by their kind.
                        .host("proxy_increment_metric", 4000, 1L)
                        .host("proxy_increment_metric", 4001, 1L)
                        .host("proxy_increment_metric", 4002, 1L)
                        .host("proxy_increment_metric", 4003, 1L)
                        .host("proxy_record_metric", 4000, 1L)
                        .host("proxy_record_metric", 4003, 1L)
                        .host("proxy_get_metric", 4000, new Out(6))
                        .host("proxy_get_metric", 4002, new Out(6))
                        .host("proxy_get_metric", new Ref(0), FAR));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      assertThat(plugin.worker.stats().value("wasmcustom.hits")).isEqualTo(2);
      plugin.stream().get("/");
      assertThat(next(plugin, 3)).containsExactly(0, 0, 2);
      assertThat(next(plugin, 6)).containsExactly(0, 2, 2, 0, 0, 15);
      assertThat(next(plugin, 9)).containsExactly(0, 0, 0, 0, 0, 2, 2, 0, 0);
      assertThat(next(plugin, 9)).containsExactly(1, 1, 2, 2, 1, 1, 1, 2, 6);
      assertThat(plugin.worker.stats().value("wasmcustom.hits")).isEqualTo(16);
      assertThat(plugin.worker.stats().value("wasmcustom.level")).isEqualTo(4);
      assertThat(plugin.worker.stats().recorded("wasmcustom.times")).containsExactly(42L);
    }
  }

  @Test
  void sharesDataWithCompareAndSwap() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code ->
                    code.host("proxy_get_shared_data", "k", new Out(0), new Out(1), new Out(2))
                        .host("proxy_set_shared_data", "k", "one", 0)
                        .host("proxy_get_shared_data", "k", new Out(0), new Out(1), new Out(2))
                        .keep(0)
                        .host("proxy_set_shared_data", "k", "two", new Ref(2))
                        .host("proxy_set_shared_data", "k", "three", new Ref(2))
                        .host("proxy_get_shared_data", "k", new Out(0), new Out(1), new Out(2))
                        .keep(0)
                        .host("proxy_set_shared_data", "other", "x", 77)
                        .host("proxy_set_shared_data", "k", "", 0)
                        .host("proxy_get_shared_data", "k", new Out(0), new Out(1), new Out(2))
                        .keep(0)
                        .host("proxy_get_shared_data", FAR, 3, new Out(0), new Out(1), new Out(2))
                        .host("proxy_get_shared_data", "k", new Out(0), new Out(1), FAR));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      plugin.stream().get("/");
      assertThat(next(plugin, 3)).containsExactly(1, 0, 0);
      assertThat(plugin.nextText()).isEqualTo("one");
      assertThat(next(plugin, 3)).containsExactly(0, 8, 0);
      assertThat(plugin.nextText()).isEqualTo("two");
      assertThat(next(plugin, 3)).containsExactly(0, 0, 0);
      assertThat(plugin.nextText()).isEmpty();
      assertThat(next(plugin, 2)).containsExactly(6, 6);
    }
  }

  @Test
  void queuesNotifyWhoRegistered() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_configure",
                code -> code.host("proxy_register_shared_queue", "q", new Out(0)))
            .on(
                "proxy_on_request_headers",
                code ->
                    code.host("proxy_resolve_shared_queue", "vm", "q", new Out(1))
                        .host("proxy_resolve_shared_queue", "", "q", new Out(1))
                        .host("proxy_resolve_shared_queue", "vm", "nope", new Out(2))
                        .host("proxy_dequeue_shared_queue", new Ref(1), new Out(2), new Out(3))
                        .host("proxy_enqueue_shared_queue", new Ref(1), "item")
                        .host("proxy_enqueue_shared_queue", 4711, "item")
                        .host("proxy_dequeue_shared_queue", 4711, new Out(2), new Out(3)))
            .on(
                "proxy_on_queue_ready",
                code ->
                    code.host("proxy_dequeue_shared_queue", new Ref(0), new Out(2), new Out(3))
                        .keep(2)
                        .count(0));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      plugin.stream().get("/");
      assertThat(next(plugin, 1)).containsExactly(0);
      assertThat(next(plugin, 7)).containsExactly(0, 0, 1, 7, 0, 1, 1);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("item");
      assertThat(plugin.counter(0)).isEqualTo(1);
    }
  }

  @Test
  void pairsAreReplacedWholeAndMalformedOnesClear() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_response_headers",
                code ->
                    code.host(
                            "proxy_set_header_map_pairs",
                            2,
                            TestPlugin.pairs(":status", "206", "x-r", "1", "X-Upper", "2"))
                        .host("proxy_get_header_map_pairs", 2, new Out(0), new Out(1))
                        .keep(0)
                        .host("proxy_set_header_map_pairs", 2, new byte[] {1, 0, 0, 0, 9, 9})
                        .host("proxy_get_header_map_pairs", 2, new Out(0), new Out(1))
                        .keep(0)
                        .host("proxy_get_header_map_pairs", 3, new Out(0), new Out(1))
                        .keep(0)
                        .host("proxy_get_header_map_pairs", 9, new Out(0), new Out(1))
                        .host("proxy_set_header_map_pairs", 3, "")
                        .host("proxy_add_header_map_value", 2, ":status", "299"));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      FilterHarness stream = plugin.stream().get("/").response(200, true, "x", "y");
      assertThat(next(plugin, 2)).containsExactly(0, 0);
      assertThat(plugin.nextText()).endsWith("x-upper\0002\0");
      assertThat(next(plugin, 2)).containsExactly(0, 0);
      assertThat(plugin.nextText()).isEmpty();
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEmpty();
      assertThat(next(plugin, 3)).containsExactly(2, 2, 0);
      assertThat(stream.response.headers.toString()).isEqualTo(":status: 299\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void speaksEnoughWasi(ChicoryRuntime.Mode mode) {
    TestLog.lines().clear();
    // An iovec at 3000 that points at the text.
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_configure",
                code -> {
                  code.host("environ_sizes_get", new Out(0), new Out(1)).keep(0);
                  code.host("environ_get", 3100, 3200);
                  code.host("fd_write", 7, 3000, 1, new Out(0));
                  code.i32(3000).i32(3200).store().i32(3004).i32(7).store();
                  code.host("fd_write", 2, 3000, 1, new Out(0)).keepNumber(0);
                  code.host("clock_time_get", 0, 0L, new Out(2));
                  code.host("clock_time_get", 9, 0L, new Out(2));
                  code.host("random_get", 3300, 16);
                  code.host("random_get", 3300, 70_000);
                  code.host("fd_prestat_get", 3, new Out(0));
                  code.host("args_sizes_get", new Out(0), new Out(1)).keep(0);
                  code.host("sched_yield");
                });
    try (TestPlugin plugin =
        TestPlugin.of(
            mode,
            guest,
            settings ->
                settings
                    .getVmConfigBuilder()
                    .setEnvironmentVariables(
                        EnvironmentVariables.newBuilder()
                            .putKeyValues("KEY", "val")
                            .addHostEnvKeys("WEIR_SURELY_NOT_SET")))) {
      assertThat(next(plugin, 3)).containsExactly(0, 1, 8);
      assertThat(next(plugin, 2)).containsExactly(0, 8);
      assertThat(next(plugin, 2)).containsExactly(0, 7);
      assertThat(next(plugin, 5)).containsExactly(0, 58, 0, 28, 8);
      assertThat(next(plugin, 4)).containsExactly(0, 0, 0, 0);
      assertThat(TestLog.lines()).contains("ERROR wasm log test root vm: KEY=val");
    }
  }

  @Test
  void restrictsCapabilities() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code ->
                    code.host("proxy_get_header_map_value", 0, ":path", new Out(0), new Out(1))
                        .host("proxy_get_header_map_size", 0, new Out(0))
                        .host("fd_write", 1, 0, 0, new Out(0)))
            .on("proxy_on_response_headers", code -> code.count(0));
    CapabilityRestrictionConfig.Builder allowed = CapabilityRestrictionConfig.newBuilder();
    for (String name :
        List.of(
            "proxy_on_vm_start",
            "proxy_on_configure",
            "proxy_on_context_create",
            "proxy_on_request_headers",
            "proxy_get_header_map_size")) {
      allowed.putAllowedCapabilities(name, SanitizationConfig.getDefaultInstance());
    }
    for (ChicoryRuntime.Mode mode : ChicoryRuntime.Mode.values()) {
      try (TestPlugin plugin =
          TestPlugin.of(
              mode, guest, settings -> settings.setCapabilityRestrictionConfig(allowed))) {
        plugin.stream().get("/").response(200, true);
        assertThat(next(plugin, 3)).containsExactly(10, 0, 76);
        assertThat(plugin.counter(0)).isZero();
      }
    }
  }

  @Test
  void foreignFunctionsCompress() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code ->
                    code.host(
                            "proxy_call_foreign_function",
                            "compress",
                            "a".repeat(500),
                            new Out(0),
                            new Out(1))
                        .keepNumber(1)
                        .host(
                            "proxy_call_foreign_function",
                            "uncompress",
                            new Ref(0),
                            new Ref(1),
                            new Out(2),
                            new Out(3))
                        .keep(2)
                        .host(
                            "proxy_call_foreign_function",
                            "uncompress",
                            "not zlib",
                            new Out(2),
                            new Out(3)));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      plugin.stream().get("/");
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isLessThan(50);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("a".repeat(500));
      assertThat(plugin.next()).isEqualTo(3);
    }
  }

  @Test
  void foreignFunctionsEvaluateExpressions() {
    String call = "proxy_call_foreign_function";
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code ->
                    code.host(
                            call,
                            "expr_create",
                            "request.path == '/x' && request.headers['x-n'] in ['7', '8']",
                            new Out(0),
                            new Out(1))
                        .keepNumber(1)
                        .host(call, "expr_evaluate", new Ref(0), 4, new Out(2), new Out(3))
                        .keep(2)
                        .host(call, "expr_delete", new Ref(0), 4, new Out(2), new Out(3))
                        .host(call, "expr_evaluate", new Ref(0), 4, new Out(2), new Out(3))
                        .host(call, "expr_evaluate", "x", new Out(2), new Out(3))
                        .host(call, "expr_create", "request.path ==", new Out(2), new Out(3))
                        .host(call, "expr_create", "request.nothing", new Out(0), new Out(1))
                        .host(call, "expr_evaluate", new Ref(0), 4, new Out(2), new Out(3)));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      plugin.stream().get("/x", "x-n", "7");
      assertThat(next(plugin, 3)).containsExactly(0, 4, 0);
      assertThat(plugin.nextText()).isEqualTo("\u0001");
      assertThat(next(plugin, 6)).containsExactly(0, 1, 2, 2, 0, 10);
    }
  }

  @Test
  void equalPluginsShareOneVmPerWorker() {
    var guest =
        new GuestBuilder()
            .on("proxy_on_configure", code -> code.count(0))
            .on("proxy_on_done", code -> code.count(1))
            .on("proxy_on_delete", code -> code.count(2));
    WasmHost host = TestPlugin.host(ChicoryRuntime.Mode.LINKED);
    var worker = new FakeWorker();
    byte[] code = guest.build();
    TestPlugin first = TestPlugin.of(host, worker, code, _ -> {});
    TestPlugin second = TestPlugin.of(host, worker, code, settings -> settings.setName("second"));
    TestPlugin third =
        TestPlugin.of(
            host,
            worker,
            code,
            settings ->
                settings.getVmConfigBuilder().setConfiguration(Any.pack(StringValue.of("else"))));
    assertThat(second.vm()).isSameAs(first.vm());
    assertThat(third.vm()).isNotSameAs(first.vm());
    assertThat(first.counter(0)).isEqualTo(2);
    assertThat(host.vms().size()).isEqualTo(2);
    first.close();
    assertThat(second.counter(1)).isEqualTo(1);
    assertThat(second.counter(2)).isEqualTo(1);
    second.close();
    third.close();
    assertThat(host.vms().size()).isZero();
    assertThat(host.quota().usedBytes()).isZero();
  }
}
