package io.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.http.HttpCallListener;
import io.weir.filter.http.StreamResetReason;
import io.weir.filter.testkit.FakeClusters;
import io.weir.filter.testkit.FilterHarness;
import io.weir.filter.testkit.HeapBuffer;
import io.weir.wasm.guest.Code;
import io.weir.wasm.guest.Code.Arg;
import io.weir.wasm.guest.Code.Out;
import io.weir.wasm.guest.GuestBuilder;
import io.weir.wasm.vm.ChicoryRuntime;
import org.junit.jupiter.api.Test;

class CallsTest {
  private static final byte[] CALL =
      TestPlugin.pairs(":method", "GET", ":path", "/c", ":authority", "a", "x-call", "1");

  private static Code call(Code code, String cluster, byte[] headers, int timeout) {
    return code.host("proxy_http_call", cluster, headers, "body", "", timeout, new Out(0))
        .keepNumber(0);
  }

  /** Calls on each request and resumes the stream, whose id it stores, with the answer. */
  private static GuestBuilder calling() {
    return new GuestBuilder()
        .on(
            "proxy_on_request_headers",
            code -> {
              code.i32(GuestBuilder.COUNTERS + 40).get(0).store();
              call(code, "upstream", CALL, 500);
            },
            4)
        .on(
            "proxy_on_http_call_response",
            code ->
                code.keepArg(1)
                    .keepArg(2)
                    .keepArg(3)
                    .keepArg(4)
                    .host("proxy_get_header_map_value", 6, ":status", new Out(0), new Out(1))
                    .keep(0)
                    .host("proxy_get_buffer_bytes", 4, 0, -1, new Out(0), new Out(1))
                    .keep(0)
                    .host("proxy_get_status", new Out(2), new Out(0), new Out(1))
                    .keepNumber(2)
                    .i32(GuestBuilder.COUNTERS + 44)
                    .i32(GuestBuilder.COUNTERS + 40)
                    .load()
                    .callRaw("proxy_set_effective_context")
                    .store()
                    .host("proxy_add_header_map_value", 0, "x-answer", "here")
                    .host("proxy_continue_stream", 0));
  }

  @Test
  void theAnswerComesToTheRootAndMayResumeTheStream() {
    try (TestPlugin plugin = TestPlugin.of(calling())) {
      FilterHarness stream = plugin.stream().get("/");
      assertThat(plugin.next()).isZero();
      int token = plugin.next();
      assertThat(token).isPositive();
      FakeClusters.Call call = plugin.worker.clusters().calls.getFirst();
      assertThat(call.headers.get("x-call")).isEqualTo("1");
      assertThat(call.headers.get("content-length")).isEqualTo("4");
      assertThat(call.options.timeoutMillis()).isEqualTo(500);
      assertThat(stream.request.headersOut).isFalse();
      call.respond(200, "answer");
      assertThat(plugin.next()).isEqualTo(token);
      assertThat(plugin.next()).isEqualTo(1);
      assertThat(plugin.next()).isEqualTo(6);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("200");
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("answer");
      assertThat(stream.request.headersOut).isTrue();
      assertThat(stream.request.headers.get("x-answer")).isEqualTo("here");
    }
  }

  @Test
  void aBrokenCallHasNoHeadersAndAStatus() {
    try (TestPlugin plugin = TestPlugin.of(calling())) {
      plugin.stream().get("/");
      plugin.worker.clusters().calls.getFirst().listener.onFailure(StreamResetReason.REMOTE_RESET);
      plugin.next();
      int token = plugin.next();
      assertThat(plugin.next()).isEqualTo(token);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).as("no headers").isEqualTo(2);
      plugin.next();
      plugin.next();
      assertThat(plugin.next()).as("no body").isEqualTo(1);
      plugin.next();
      plugin.next();
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isEqualTo(11);
    }
  }

  @Test
  void eachTokenIsAnsweredOnce() {
    try (TestPlugin plugin = TestPlugin.of(calling())) {
      plugin.stream().get("/");
      HttpCallListener listener = plugin.worker.clusters().calls.getFirst().listener;
      listener.onResponse(FilterHarness.headers(":status", "200"), HeapBuffer.of(""), null);
      listener.onFailure(StreamResetReason.LOCAL_RESET);
      listener.onResponse(FilterHarness.headers(":status", "500"), HeapBuffer.of(""), null);
      plugin.next();
      plugin.next();
      plugin.next();
      assertThat(plugin.next()).isEqualTo(1);
    }
  }

  @Test
  void refusesCallsThatCannotBeMade() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code -> {
                  call(code, "nowhere", CALL, 500);
                  call(code, "upstream", TestPlugin.pairs(":method", "GET", ":path", "/"), 500);
                  call(code, "upstream", new byte[] {1, 2}, 500);
                  call(code, "upstream", CALL, -1);
                  code.host("proxy_http_call", "upstream", CALL, "", "", 5, 0x7fffff00);
                  code.host("proxy_http_call", 0x7fffff00, 4, CALL, "", "", 5, new Out(0));
                });
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      plugin.stream().get("/");
      for (int i = 0; i < 4; i++) {
        assertThat(plugin.next()).isEqualTo(2);
        assertThat(plugin.next()).isZero();
      }
      assertThat(plugin.next()).isEqualTo(6);
      assertThat(plugin.next()).isEqualTo(6);
      assertThat(plugin.worker.clusters().calls).isEmpty();
    }
  }

  @Test
  void callsWhileConfiguringWaitForTheWorker() {
    var guest =
        new GuestBuilder()
            .on("proxy_on_configure", code -> call(code, "upstream", CALL, 100))
            .on("proxy_on_http_call_response", code -> code.count(0));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      assertThat(plugin.next()).isZero();
      plugin.worker.clusters().calls.getFirst().respond(200, "");
      assertThat(plugin.counter(0)).isEqualTo(1);
    }
  }

  @Test
  void earlyCallsWaitForTheirCluster() {
    var guest =
        new GuestBuilder()
            .on("proxy_on_configure", code -> call(code, "late", CALL, 100))
            .on("proxy_on_http_call_response", code -> code.count(0));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      FakeClusters clusters = plugin.worker.clusters();
      assertThat(clusters.calls).isEmpty();
      clusters.names.add("late");
      plugin.worker.advance(100);
      clusters.calls.getFirst().respond(200, "");
      assertThat(plugin.counter(0)).isEqualTo(1);
    }
  }

  @Test
  void theEndOfThePluginCancelsItsCalls() {
    TestPlugin plugin = TestPlugin.of(calling());
    plugin.stream().get("/").close();
    plugin.close();
    assertThat(plugin.worker.clusters().calls.getFirst().cancelled).isTrue();
  }

  // ---- gRPC

  private static GuestBuilder grpc(String service) {
    return new GuestBuilder()
        .on(
            "proxy_on_request_headers",
            code ->
                code.host(
                        "proxy_grpc_call",
                        service,
                        "pkg.Service",
                        "Method",
                        TestPlugin.pairs("x-meta", "1"),
                        "hello",
                        250,
                        new Out(0))
                    .keepNumber(0))
        .on(
            "proxy_on_grpc_receive",
            code ->
                code.keepArg(1)
                    .keepArg(2)
                    .host("proxy_get_buffer_bytes", 5, 0, -1, new Out(0), new Out(1))
                    .keep(0)
                    .count(0))
        .on(
            "proxy_on_grpc_close",
            code ->
                code.keepArg(2)
                    .host("proxy_get_status", new Out(2), new Out(0), new Out(1))
                    .keepNumber(2)
                    .keep(0)
                    .count(1));
  }

  @Test
  void aUnaryCallYieldsItsMessageOnly() {
    try (TestPlugin plugin = TestPlugin.of(grpc("upstream"))) {
      plugin.stream().get("/");
      assertThat(plugin.next()).isZero();
      int token = plugin.next();
      FakeClusters.Stream stream = plugin.worker.clusters().streams.getFirst();
      assertThat(stream.headers.get(":path")).isEqualTo("/pkg.Service/Method");
      assertThat(stream.headers.get("content-type")).isEqualTo("application/grpc");
      assertThat(stream.headers.get("x-meta")).isEqualTo("1");
      assertThat(stream.data.toByteArray()).startsWith(0, 0, 0, 0, 5).endsWith("hello".getBytes());
      assertThat(stream.ended).isTrue();
      stream.listener.onHeaders(FilterHarness.headers(":status", "200"), false);
      stream.listener.onData(HeapBuffer.of(new byte[] {0, 0, 0}), false);
      stream.listener.onData(HeapBuffer.of(new byte[] {0, 2, 'o', 'k'}), false);
      stream.listener.onTrailers(FilterHarness.headers("grpc-status", "0"));
      assertThat(plugin.next()).isEqualTo(token);
      assertThat(plugin.next()).isEqualTo(2);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("ok");
      assertThat(plugin.counter(0)).isEqualTo(1);
      assertThat(plugin.counter(1)).isZero();
    }
  }

  @Test
  void aFailedCallIsClosedWithItsStatus() {
    try (TestPlugin plugin = TestPlugin.of(grpc("upstream"))) {
      plugin.stream().get("/");
      plugin
          .worker
          .clusters()
          .streams
          .getFirst()
          .listener
          .onHeaders(
              FilterHarness.headers(
                  ":status", "200", "grpc-status", "7", "grpc-message", "no%20way"),
              true);
      plugin.again(2 + 5);
      assertThat(plugin.next()).isEqualTo(7);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isEqualTo(7);
      assertThat(plugin.nextText()).isEqualTo("no%20way{via_upstream}");
      assertThat(plugin.counter(1)).isEqualTo(1);
    }
  }

  @Test
  void servicesThatAreNoneAreTold() {
    try (TestPlugin plugin = TestPlugin.of(grpc("nowhere"))) {
      plugin.stream().get("/");
      assertThat(plugin.next()).isEqualTo(4);
    }
    // GrpcService{envoy_grpc{cluster_name: "gone"}}
    try (TestPlugin plugin = TestPlugin.of(grpc("\n\6\n\4gone"))) {
      plugin.stream().get("/");
      assertThat(plugin.next()).isEqualTo(10);
      assertThat(plugin.counter(1)).as("closed as well, as Envoy does").isEqualTo(1);
    }
    try (TestPlugin plugin = TestPlugin.of(grpc("\n\n\n\bupstream"))) {
      plugin.stream().get("/");
      assertThat(plugin.next()).isZero();
    }
  }

  @Test
  void streamsTellEverythingInOrder() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code ->
                    code.host("proxy_grpc_stream", "upstream", "S", "M", "", new Out(0))
                        .keepNumber(0)
                        .host("proxy_grpc_send", new Code.Ref(0), "one", 0)
                        .host("proxy_grpc_send", 4711 << 2 | 2, "x", 0)
                        .host("proxy_grpc_send", 4711 << 2 | 1, "x", 0)
                        .host("proxy_grpc_close", 4711 << 2 | 2)
                        .host("proxy_grpc_cancel", 3))
            .on(
                "proxy_on_grpc_receive_initial_metadata",
                code ->
                    code.host("proxy_get_header_map_value", 4, "x-i", new Out(0), new Out(1))
                        .keep(0))
            .on("proxy_on_grpc_receive", code -> code.keepArg(2))
            .on("proxy_on_grpc_receive_trailing_metadata", code -> code.keepArg(2))
            .on(
                "proxy_on_grpc_close",
                code -> code.keepArg(2).host("proxy_grpc_send", new Arg(1), "late", 0));
    try (TestPlugin plugin = TestPlugin.of(ChicoryRuntime.Mode.LINKED, guest, _ -> {})) {
      plugin.stream().get("/");
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next() & 3).isEqualTo(2);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isEqualTo(1);
      assertThat(plugin.next()).isEqualTo(2);
      assertThat(plugin.next()).isEqualTo(1);
      assertThat(plugin.next()).isEqualTo(2);
      FakeClusters.Stream stream = plugin.worker.clusters().streams.getFirst();
      assertThat(stream.data.toByteArray()).endsWith("one".getBytes());
      assertThat(stream.ended).isFalse();
      stream.listener.onHeaders(FilterHarness.headers(":status", "200", "x-i", "init"), false);
      stream.listener.onData(HeapBuffer.of(new byte[] {0, 0, 0, 0, 1, 'a'}), false);
      stream.listener.onTrailers(FilterHarness.headers("grpc-status", "0"));
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("init");
      assertThat(plugin.next()).isEqualTo(1);
      assertThat(plugin.next()).isEqualTo(1);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).as("the stream is gone").isEqualTo(1);
    }
  }
}
