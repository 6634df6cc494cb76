package io.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.access_loggers.wasm.v3.WasmAccessLog;
import io.envoyproxy.envoy.extensions.wasm.v3.WasmService;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.log.AccessLogger;
import io.weir.filter.log.BootstrapExtensionFactory.BootstrapExtension;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterWorker;
import io.weir.filter.testkit.FakeNetworkCallbacks;
import io.weir.filter.testkit.FakeStreamInfo;
import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import io.weir.filter.testkit.HeapBuffer;
import io.weir.wasm.guest.Code.Out;
import io.weir.wasm.guest.GuestBuilder;
import io.weir.wasm.guest.TestLog;
import io.weir.wasm.vm.ChicoryRuntime;
import org.junit.jupiter.api.Test;

/** Network filters, access loggers and services. */
class OtherExtensionsTest {
  private final FakeWorker worker = new FakeWorker();
  private final WasmHost host = TestPlugin.host(ChicoryRuntime.Mode.LINKED);

  private NetworkFilterWorker network(GuestBuilder guest) {
    var message =
        io.envoyproxy.envoy.extensions.filters.network.wasm.v3.Wasm.newBuilder()
            .setConfig(TestPlugin.settings(guest.build()))
            .build();
    NetworkFilterConfig config =
        new WasmNetworkFilterFactory(host).load(Any.pack(message), TestPlugin.context(worker));
    config.warm();
    worker.run();
    return config.openWorker(worker);
  }

  private static GuestBuilder says(GuestBuilder guest, String callback, int result) {
    return guest.on(
        "proxy_on_" + callback, code -> code.host("proxy_log", 2, "net " + callback), result);
  }

  @Test
  void aConnectionIsSeenInOrder() {
    TestLog.lines().clear();
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_downstream_data",
                code ->
                    code.host("proxy_log", 2, "net data")
                        .host("proxy_set_buffer_bytes", 2, 0, 0, "<")
                        .host("proxy_set_buffer_bytes", 2, -1, 0, ">")
                        .host("proxy_set_buffer_bytes", 3, 0, 0, "no"))
            .on(
                "proxy_on_upstream_data",
                code ->
                    code.host("proxy_log", 2, "net upstream")
                        .host("proxy_set_buffer_bytes", 3, 0, -1, "replaced"));
    for (String callback :
        new String[] {
          "new_connection",
          "downstream_connection_close",
          "upstream_connection_close",
          "done",
          "log",
          "delete"
        }) {
      says(guest, callback, callback.equals("done") ? 1 : 0);
    }
    NetworkFilterWorker filters = network(guest);
    var callbacks = new FakeNetworkCallbacks(worker);
    NetworkFilter filter = filters.newFilter(callbacks);
    assertThat(filter.onNewConnection()).isEqualTo(FilterStatus.CONTINUE);
    var request = HeapBuffer.of("ping");
    assertThat(filter.onData(request, false)).isEqualTo(FilterStatus.CONTINUE);
    assertThat(request.toText()).isEqualTo("<ping>");
    var response = HeapBuffer.of("pong");
    assertThat(filter.onWrite(response, true)).isEqualTo(FilterStatus.CONTINUE);
    assertThat(response.toText()).isEqualTo("replaced");
    filter.onClose(true);
    filter.onDestroy();
    filters.close();
    assertThat(TestLog.lines().stream().filter(line -> line.contains(": net ")))
        .map(line -> line.substring(line.indexOf(": net ") + 6))
        .containsExactly(
            "new_connection",
            "data",
            "upstream",
            "upstream_connection_close",
            "downstream_connection_close",
            "done",
            "log",
            "delete",
            "done",
            "delete");
  }

  @Test
  void bothDirectionsCanBeHeldAndResumed() {
    var guest =
        new GuestBuilder()
            .on("proxy_on_configure", code -> code.host("proxy_set_tick_period_milliseconds", 10))
            .on("proxy_on_new_connection", code -> code.i32(GuestBuilder.COUNTERS).get(0).store())
            .on("proxy_on_downstream_data", _ -> {}, 1)
            .on("proxy_on_upstream_data", code -> code.keepArg(1), 1)
            .on(
                "proxy_on_tick",
                code -> {
                  code.i32(GuestBuilder.COUNTERS + 4);
                  code.i32(GuestBuilder.COUNTERS).load();
                  code.callRaw("proxy_set_effective_context").store();
                  code.host("proxy_continue_stream", 2).host("proxy_continue_stream", 3);
                });
    NetworkFilterWorker filters = network(guest);
    var callbacks = new FakeNetworkCallbacks(worker);
    NetworkFilter filter = filters.newFilter(callbacks);
    filter.onNewConnection();
    assertThat(filter.onData(HeapBuffer.of("in"), false)).isEqualTo(FilterStatus.STOP_ITERATION);
    assertThat(filter.onWrite(HeapBuffer.of("one"), false)).isEqualTo(FilterStatus.STOP_ITERATION);
    assertThat(filter.onWrite(HeapBuffer.of("two"), false)).isEqualTo(FilterStatus.STOP_ITERATION);
    worker.advance(15);
    assertThat(callbacks.events).containsExactly("continueReading");
    assertThat(callbacks.injectedWrite.toText()).isEqualTo("onetwo");
    filter.onClose(false);
    filters.close();
  }

  @Test
  void aConnectionHeldWhenItIsNewIsNotRead() {
    var guest =
        new GuestBuilder()
            .on("proxy_on_configure", code -> code.host("proxy_set_tick_period_milliseconds", 10))
            .on(
                "proxy_on_new_connection",
                code -> code.i32(GuestBuilder.COUNTERS).get(0).store(),
                1)
            .on(
                "proxy_on_tick",
                code -> {
                  code.i32(GuestBuilder.COUNTERS + 4);
                  code.i32(GuestBuilder.COUNTERS).load();
                  code.callRaw("proxy_set_effective_context").store();
                  code.host("proxy_continue_stream", 2);
                });
    NetworkFilterWorker filters = network(guest);
    var callbacks = new FakeNetworkCallbacks(worker);
    NetworkFilter filter = filters.newFilter(callbacks);
    assertThat(filter.onNewConnection()).isEqualTo(FilterStatus.STOP_ITERATION);
    assertThat(callbacks.readDisabled).isEqualTo(1);
    worker.advance(15);
    assertThat(callbacks.events).containsExactly("continueReading");
    assertThat(callbacks.readDisabled).isZero();
    filter.onClose(false);
    filters.close();
  }

  @Test
  void aTrapClosesTheConnection() {
    NetworkFilterWorker filters =
        network(new GuestBuilder().on("proxy_on_downstream_data", code -> code.unreachable()));
    var callbacks = new FakeNetworkCallbacks(worker);
    NetworkFilter filter = filters.newFilter(callbacks);
    filter.onNewConnection();
    assertThat(filter.onData(HeapBuffer.of("x"), false)).isEqualTo(FilterStatus.STOP_ITERATION);
    assertThat(callbacks.events).containsExactly("close FLUSH_WRITE wasm_fail_stream");
    filters.close();
  }

  @Test
  void accessLogsAreSeenByTheRootContext() {
    TestLog.lines().clear();
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_log",
                code -> {
                  code.host("proxy_get_header_map_value", 0, ":path", new Out(0), new Out(1));
                  code.i32(2)
                      .i32(GuestBuilder.OUT)
                      .load()
                      .i32(GuestBuilder.OUT + 8)
                      .load()
                      .callRaw("proxy_log")
                      .drop();
                });
    AccessLogConfig config =
        new WasmAccessLogFactory(host)
            .load(
                Any.pack(
                    WasmAccessLog.newBuilder()
                        .setConfig(TestPlugin.settings(guest.build()))
                        .build()),
                TestPlugin.context(worker));
    AccessLogger logger = config.openWorker(worker);
    worker.run();
    var none = FilterHarness.headers();
    var request = FilterHarness.headers(":path", "/logged");
    var info = new FakeStreamInfo();
    logger.log(request, none, none, info, AccessLogger.AccessLogType.DownstreamStart);
    logger.log(request, none, none, info, AccessLogger.AccessLogType.DownstreamEnd);
    assertThat(TestLog.lines()).containsOnlyOnce("INFO wasm log test root vm: /logged");
    logger.close();
    config.close();
    assertThat(host.vms().size()).isZero();
  }

  @Test
  void servicesTickWithoutStreams() {
    var guest =
        new GuestBuilder()
            .on("proxy_on_configure", code -> code.host("proxy_set_tick_period_milliseconds", 100))
            .on("proxy_on_tick", code -> code.host("proxy_log", 3, "service tick"));
    var second = new FakeWorker(1);
    TestLog.lines().clear();
    BootstrapExtension service =
        new WasmServiceFactory(host)
            .load(
                Any.pack(
                    WasmService.newBuilder()
                        .setSingleton(true)
                        .setConfig(TestPlugin.settings(guest.build()))
                        .build()),
                TestPlugin.context(worker, second));
    service.openWorker(worker);
    service.openWorker(second);
    for (int i = 0; i < 5; i++) {
      worker.advance(50);
      second.advance(50);
    }
    assertThat(TestLog.lines().stream().filter(line -> line.endsWith(": service tick")).count())
        .isEqualTo(2);
    service.close();
  }
}
