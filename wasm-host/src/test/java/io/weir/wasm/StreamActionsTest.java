package io.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.testkit.FilterHarness;
import io.weir.wasm.guest.Code.Arg;
import io.weir.wasm.guest.Code.Out;
import io.weir.wasm.guest.GuestBuilder;
import io.weir.wasm.vm.ChicoryRuntime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamActionsTest {

  @ParameterizedTest
  @CsvSource({
    "0, CONTINUE, CONTINUE",
    "1, STOP_ALL_ITERATION_AND_WATERMARK, STOP_ITERATION",
    "2, CONTINUE, CONTINUE",
    "3, STOP_ALL_ITERATION_AND_BUFFER, STOP_ALL_ITERATION_AND_BUFFER",
    "4, STOP_ALL_ITERATION_AND_WATERMARK, STOP_ALL_ITERATION_AND_WATERMARK",
    "5, STOP_ALL_ITERATION_AND_WATERMARK, STOP_ALL_ITERATION_AND_WATERMARK",
    "-1, STOP_ALL_ITERATION_AND_WATERMARK, STOP_ALL_ITERATION_AND_WATERMARK"
  })
  void headersActionsBecomeStatuses(int action, String status, String allowingHeadersStop) {
    var guest =
        new GuestBuilder()
            .on("proxy_on_request_headers", _ -> {}, action)
            .on("proxy_on_response_headers", _ -> {}, action);
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      assertThat(plugin.stream().get("/").request.lastStatus).isEqualTo(status);
      assertThat(plugin.stream().response(200, true).response.lastStatus)
          .as("no callback without a request")
          .isEqualTo("CONTINUE");
    }
    try (TestPlugin plugin = TestPlugin.allowingHeadersStop(guest)) {
      assertThat(plugin.stream().get("/").request.lastStatus).isEqualTo(allowingHeadersStop);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, CONTINUE",
    "1, STOP_ITERATION_AND_BUFFER",
    "2, STOP_ITERATION_AND_WATERMARK",
    "3, STOP_ITERATION_NO_BUFFER",
    "4, STOP_ITERATION_NO_BUFFER",
    "-1, STOP_ITERATION_NO_BUFFER"
  })
  void dataActionsBecomeStatuses(int action, String status) {
    var guest =
        new GuestBuilder()
            .on("proxy_on_request_body", _ -> {}, action)
            .on("proxy_on_response_body", _ -> {}, action);
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      FilterHarness stream = plugin.stream().request(false, ":path", "/").requestData("abc", false);
      assertThat(stream.request.lastStatus).isEqualTo(status);
      stream.response(200, false).responseData("x", true);
      assertThat(stream.response.lastStatus).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, CONTINUE", "1, STOP_ITERATION", "2, STOP_ITERATION", "-1, STOP_ITERATION"})
  void trailersActionsBecomeStatuses(int action, String status) {
    var guest = new GuestBuilder().on("proxy_on_request_trailers", _ -> {}, action);
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      FilterHarness stream =
          plugin.stream().request(false, ":path", "/").requestTrailers("x-t", "1");
      assertThat(stream.request.lastStatus).isEqualTo(status);
    }
  }

  @Test
  void bufferedBodyIsShownWhole() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_body",
                code ->
                    code.keepArg(1)
                        .host("proxy_get_buffer_bytes", 0, 0, -1, new Out(0), new Out(1))
                        .keep(0)
                        .get(2)
                        .ifTrue(
                            last ->
                                last.host("proxy_set_buffer_bytes", 0, 0, -1, "whole")
                                    .i32(0)
                                    .ret()),
                1);
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      FilterHarness stream =
          plugin.stream().request(false, ":path", "/").requestData("one.", false);
      assertThat(plugin.next()).isEqualTo(4);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("one.");
      plugin.again();
      stream.requestData("two.", false);
      assertThat(plugin.next()).isEqualTo(8);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("one.two.");
      plugin.again();
      stream.requestData("", true);
      assertThat(plugin.next()).isEqualTo(8);
      assertThat(stream.request.bodyOut.toText()).isEqualTo("whole");
      assertThat(stream.request.ended).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, XX01234567",
    "0, 3, XX34567",
    "0, -1, XX",
    "8, 0, 01234567XX",
    "99, 5, 01234567XX",
    "2, 3, 01XX567",
    "2, 0, 01XX234567",
    "6, 99, 012345XX"
  })
  void setBufferReplacesAnyRange(int start, int length, String expected) {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_body",
                code -> code.host("proxy_set_buffer_bytes", 0, start, length, "XX"));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      FilterHarness stream =
          plugin.stream().request(false, ":path", "/").requestData("01234567", true);
      assertThat(plugin.next()).isZero();
      assertThat(stream.request.bodyOut.toText()).isEqualTo(expected);
    }
  }

  @Test
  void continuingInsideAPausingCallbackCancelsThePause() {
    var guest =
        new GuestBuilder()
            .on("proxy_on_request_headers", code -> code.host("proxy_continue_stream", 0), 1)
            .on("proxy_on_response_headers", code -> code.host("proxy_continue_stream", 1), 1);
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      FilterHarness stream = plugin.stream().get("/");
      assertThat(stream.request.headersOut).isTrue();
      assertThat(stream.response(200, true).response.headersOut).isTrue();
    }
  }

  @Test
  void continuingWhatIsNotPausedDoesNothing() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code ->
                    code.host("proxy_continue_stream", 0)
                        .host("proxy_continue_stream", 1)
                        .host("proxy_continue_stream", 2)
                        .host("proxy_continue_stream", 4)
                        .host("proxy_continue_stream", -1));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      FilterHarness stream = plugin.stream().get("/");
      assertThat(stream.events).isEmpty();
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isEqualTo(2);
      assertThat(plugin.next()).isEqualTo(2);
    }
  }

  @Test
  void aTimerContinuesAPausedStream() {
    var guest =
        new GuestBuilder()
            .on("proxy_on_configure", code -> code.host("proxy_set_tick_period_milliseconds", 50))
            .on(
                "proxy_on_request_headers",
                code -> code.i32(GuestBuilder.COUNTERS).get(0).store(),
                4)
            .on(
                "proxy_on_tick",
                code -> {
                  int at = GuestBuilder.COUNTERS;
                  code.i32(at + 4);
                  code.i32(at).load().callRaw("proxy_set_effective_context").store();
                  code.host("proxy_add_header_map_value", 0, "x-late", "yes");
                  code.host("proxy_continue_stream", 0);
                });
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      FilterHarness stream = plugin.stream().request(false, ":path", "/").requestData("body", true);
      assertThat(stream.request.headersOut).isFalse();
      plugin.worker.advance(60);
      assertThat(plugin.counter(1)).isZero();
      assertThat(stream.request.headersOut).isTrue();
      assertThat(stream.request.headers.get("x-late")).isEqualTo("yes");
      assertThat(stream.request.bodyOut.toText()).isEqualTo("body");
      assertThat(stream.request.ended).isTrue();
      assertThat(stream.events).containsExactly("continueDecoding");
    }
  }

  @Test
  void repliesEndTheRequestAndPassTheOwnResponseCallback() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code ->
                    code.host(
                            "proxy_send_local_response",
                            403,
                            "why not",
                            "no entry",
                            pairs("x-deny", "1"),
                            -1)
                        .host("proxy_send_local_response", 500, "second", "no", new byte[0], -1))
            .on(
                "proxy_on_response_headers",
                code -> code.host("proxy_add_header_map_value", 2, "x-own", "seen").count(0));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      FilterHarness stream = plugin.stream().get("/");
      assertThat(stream.events).containsExactly("localReply 403 why not");
      assertThat(stream.request.headersOut).isFalse();
      assertThat(stream.response.headers.get(":status")).isEqualTo("403");
      assertThat(stream.response.headers.get("x-deny")).isEqualTo("1");
      assertThat(stream.response.headers.get("x-own")).isEqualTo("seen");
      assertThat(stream.response.bodyOut.toText()).isEqualTo("no entry");
      assertThat(plugin.counter(0)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"-1,", "0, 0", "16, 16", "99,", "-5,"})
  void grpcStatusesOutOfRangeCountAsNone(int given, Integer expected) {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code -> code.host("proxy_send_local_response", 200, "", "m", "", given));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      assertThat(plugin.stream().get("/").localReply.grpcStatus()).isEqualTo(expected);
    }
  }

  @Test
  void closingResetsTheStream() {
    var guest =
        new GuestBuilder()
            .on("proxy_on_request_headers", code -> code.host("proxy_close_stream", 0))
            .on("proxy_on_log", code -> code.count(0))
            .on("proxy_on_done", code -> code.count(1))
            .on("proxy_on_delete", code -> code.count(2));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      FilterHarness stream = plugin.stream().get("/");
      assertThat(stream.events).containsExactly("reset LOCAL_RESET wasm_close_stream");
      stream.close();
      assertThat(plugin.counter(0)).isEqualTo(1);
      assertThat(plugin.counter(1)).isEqualTo(1);
      assertThat(plugin.counter(2)).isEqualTo(1);
    }
  }

  @Test
  void theLogComesEvenIfNoHeadersDid() {
    var guest =
        new GuestBuilder()
            .on("proxy_on_context_create", code -> code.get(1).ifTrue(then -> then.count(0)))
            .on("proxy_on_log", code -> code.count(1));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      plugin.stream().close();
      assertThat(plugin.counter(0)).isEqualTo(1);
      assertThat(plugin.counter(1)).isEqualTo(1);
    }
  }

  @Test
  void forwardedHeadersStayReadableButNotWritable() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_body",
                code ->
                    code.host("proxy_get_header_map_value", 0, ":path", new Out(0), new Out(1))
                        .keep(0)
                        .host("proxy_add_header_map_value", 0, "x-late", "1")
                        .host("proxy_set_header_map_pairs", 0, "")
                        .host("proxy_remove_header_map_value", 0, ":path"));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      plugin.stream().request(false, ":path", "/here").requestData("x", true);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("/here");
      assertThat(plugin.next()).isEqualTo(2);
      assertThat(plugin.next()).isEqualTo(2);
      assertThat(plugin.next()).isEqualTo(2);
    }
  }

  @Test
  void trailersMayBeAddedInTheLastBodyCallback() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_body",
                code -> code.host("proxy_add_header_map_value", 1, "x-t", "made"));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      FilterHarness stream = plugin.stream().request(false, ":path", "/").requestData("a", false);
      assertThat(plugin.next()).isEqualTo(2);
      plugin.again();
      stream.requestData("b", true);
      assertThat(plugin.next()).isZero();
      assertThat(stream.request.trailers.get("x-t")).isEqualTo("made");
    }
  }

  @Test
  void changedRequestHeadersResolveTheRouteAgain() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code ->
                    code.host("proxy_replace_header_map_value", 0, ":path", "/other")
                        .host("proxy_call_foreign_function", "clear_route_cache", "", 0, 0)
                        .host("proxy_call_foreign_function", "no_such", "", 0, 0)
                        .host("proxy_set_effective_context", new Arg(0))
                        .host("proxy_set_effective_context", 0)
                        .host("proxy_set_effective_context", 4711));
    try (TestPlugin plugin = TestPlugin.of(ChicoryRuntime.Mode.LINKED, guest, _ -> {})) {
      FilterHarness stream = plugin.stream().get("/");
      assertThat(stream.callbacks.routeCacheClears).isEqualTo(2);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isEqualTo(1);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isEqualTo(2);
    }
  }

  private static byte[] pairs(String... pairs) {
    return TestPlugin.pairs(pairs);
  }
}
