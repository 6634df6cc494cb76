package io.weir.lua;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.LuaPerRoute;
import io.weir.filter.testkit.FakeClusters;
import io.weir.filter.testkit.FilterHarness;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The filter's state machine and configuration, on one stream at a time. */
class LuaFilterTest {

  private static String request(FilterHarness stream, String name) {
    return Objects.requireNonNull(stream.request.headers).get(name);
  }

  private static String response(FilterHarness stream, String name) {
    return Objects.requireNonNull(stream.response.headers).get(name);
  }

  @Test
  void changesHeadersInBothDirections() {
    var harness =
        new ScriptHarness(
            """
            function envoy_on_request(h)
              h:headers():add("x-path", h:headers():get(":path"))
            end
            function envoy_on_response(h)
              h:headers():replace("server", "lua")
            end
            """);
    FilterHarness stream = harness.stream().get("/a").response(200, true, "server", "up");
    assertThat(request(stream, "x-path")).isEqualTo("/a");
    assertThat(response(stream, "server")).isEqualTo("lua");
    assertThat(stream.response.ended).isTrue();
    assertThat(harness.executions()).isEqualTo(2);
    assertThat(harness.errors()).isZero();
    assertThat(stream.callbacks.routeCacheClears).isEqualTo(1);
  }

  @Test
  void waitsForTheBodyAndReplacesIt() {
    var harness =
        new ScriptHarness(
            """
            function envoy_on_request(h)
              local b = h:body()
              h:headers():add("x-was", b:getBytes(0, b:length()))
              b:setBytes("changed")
            end
            """);
    FilterHarness stream = harness.stream().request(false, ":method", "POST");
    assertThat(stream.request.headersOut).isFalse();
    stream.requestData("one ", false).requestData("two", true);
    assertThat(request(stream, "x-was")).isEqualTo("one two");
    assertThat(request(stream, "content-length")).isEqualTo("7");
    assertThat(stream.request.bodyOut.toText()).isEqualTo("changed");
    assertThat(stream.request.ended).isTrue();
  }

  @Test
  void streamsChunksWithAnEmptyLastOne() {
    var harness =
        new ScriptHarness(
            """
            function envoy_on_request(h)
              for c in h:bodyChunks() do
                c:setBytes("<" .. c:getBytes(0, c:length()) .. ">")
              end
            end
            """);
    FilterHarness stream = harness.stream().request(false, ":method", "POST");
    assertThat(stream.request.headersOut).isTrue();
    stream.requestData("ab", false);
    assertThat(stream.request.bodyOut.toText()).isEqualTo("<ab>");
    stream.requestData("cd", true);
    assertThat(stream.request.bodyOut.toText()).isEqualTo("<ab><cd><>");
    assertThat(stream.request.ended).isTrue();
  }

  @Test
  void waitsForTrailers() {
    var harness =
        new ScriptHarness(
            """
            function envoy_on_request(h)
              h:trailers():add("x-added", "1")
            end
            """);
    FilterHarness stream =
        harness.stream()
            .request(false, ":method", "POST")
            .requestData("x", false)
            .requestTrailers("x-t", "v");
    assertThat(Objects.requireNonNull(stream.request.trailers).get("x-added")).isEqualTo("1");
    assertThat(stream.request.ended).isTrue();
  }

  @Test
  void answersAndEndsTheScript() {
    var harness =
        new ScriptHarness(
            """
            function envoy_on_request(h)
              pcall(h.respond, h, {[":status"] = "403", ["x-why"] = "because"}, "denied")
              error("not reached")
            end
            function envoy_on_response(h)
              h:headers():add("x-response", "ran")
            end
            """);
    FilterHarness stream = harness.stream().get("/");
    assertThat(stream.events).containsExactly("localReply 403 lua_response");
    assertThat(stream.response.bodyOut.toText()).isEqualTo("denied");
    assertThat(response(stream, "x-why")).isEqualTo("because");
    assertThat(response(stream, "x-response")).isEqualTo("ran");
    assertThat(harness.errors()).isZero();
  }

  private static final String CALL =
      """
      function envoy_on_request(h)
        local headers, body = h:httpCall("upstream",
          {[":method"] = "GET", [":path"] = "/auth", [":authority"] = "a"}, nil, 500)
        h:headers():add("x-auth", headers[":status"] .. " " .. tostring(body))
      end
      """;

  @Test
  void suspendsForACallAndGoesOnWithItsAnswer() {
    var harness = new ScriptHarness(CALL);
    FilterHarness stream = harness.stream().get("/");
    assertThat(stream.request.headersOut).isFalse();
    FakeClusters.Call call = harness.worker.clusters().calls.getFirst();
    assertThat(call.headers.get(":path")).isEqualTo("/auth");
    assertThat(call.options.timeoutMillis()).isEqualTo(500);
    call.respond(200, "fine");
    stream.settle();
    assertThat(request(stream, "x-auth")).isEqualTo("200 fine");
    assertThat(stream.request.ended).isTrue();
  }

  @Test
  void interleavesManySuspendedStreams() {
    var harness = new ScriptHarness(CALL);
    var streams = new FilterHarness[50];
    for (int i = 0; i < streams.length; i++) {
      streams[i] = harness.stream().get("/" + i);
    }
    for (int i = streams.length - 1; i >= 0; i--) {
      harness.worker.clusters().calls.get(i).respond(200, "answer " + i);
      streams[i].settle();
      assertThat(request(streams[i], "x-auth")).isEqualTo("200 answer " + i);
    }
    assertThat(harness.errors()).isZero();
  }

  @Test
  void cancelsTheCallOfAStreamThatEnds() {
    var harness = new ScriptHarness(CALL);
    FilterHarness stream = harness.stream().get("/");
    stream.close();
    FakeClusters.Call call = harness.worker.clusters().calls.getFirst();
    assertThat(call.cancelled).isTrue();
    call.respond(200, "late");
    assertThat(harness.errors()).isZero();
  }

  @Test
  void goesOnAfterAScriptError() {
    var harness =
        new ScriptHarness(
            """
            function envoy_on_request(h)
              h:headers():add("x-before", "1")
              local n = nil + 1
            end
            function envoy_on_response(h)
              h:headers():add("x-response", "ran")
            end
            """);
    FilterHarness stream = harness.stream().get("/").response(200, true);
    assertThat(request(stream, "x-before")).isEqualTo("1");
    assertThat(stream.request.ended).isTrue();
    assertThat(response(stream, "x-response")).isEqualTo("ran");
    assertThat(harness.errors()).isEqualTo(1);
  }

  @Test
  void objectsDieWhenTheScriptWaits() {
    var harness =
        new ScriptHarness(
            """
            function envoy_on_request(h)
              local before = h:headers()
              h:body()
              local ok, message = pcall(before.add, before, "x", "y")
              h:headers():add("x-dead", tostring(ok) .. " " .. message)
              kept = h
            end
            function envoy_on_response(h)
              kept:headers()
            end
            """);
    FilterHarness stream =
        harness.stream().request(false, ":method", "POST").requestData("x", true);
    assertThat(request(stream, "x-dead"))
        .startsWith("false ")
        .endsWith("object used outside of proper scope");
    stream.response(200, true);
    assertThat(harness.errors()).isEqualTo(1);
  }

  @Test
  void headersAreFrozenOnceTheyWentOn() {
    var harness =
        new ScriptHarness(
            """
            function envoy_on_request(h)
              for c in h:bodyChunks() do end
              h:headers():add("x-late", "1")
            end
            """);
    FilterHarness stream =
        harness.stream().request(false, ":method", "POST").requestData("x", true);
    assertThat(request(stream, "x-late")).isNull();
    assertThat(harness.errors()).isEqualTo(1);
  }

  @Test
  void waitingIsAnErrorWhereLuaCannotYield() {
    var harness =
        new ScriptHarness(
            """
            function envoy_on_request(h)
              table.sort({3, 2, 1}, function(a, b) h:body() return a < b end)
            end
            """);
    harness.stream().request(false, ":method", "POST").requestData("x", true);
    assertThat(harness.errors()).isEqualTo(1);
  }

  @Test
  void hostObjectsWorkInsideTheScriptsOwnCoroutines() {
    var harness =
        new ScriptHarness(
            """
            function envoy_on_request(h)
              local co = coroutine.wrap(function()
                local b = h:body()
                coroutine.yield(b:length())
                h:headers():add("x-in", "1")
              end)
              local length = co()
              h:headers():add("x-len", length)
              co()
            end
            """);
    FilterHarness stream =
        harness.stream().request(false, ":method", "POST").requestData("four", true);
    assertThat(request(stream, "x-len")).isEqualTo("4");
    assertThat(request(stream, "x-in")).isEqualTo("1");
    assertThat(harness.errors()).isZero();
  }

  @Test
  void reportsWhereAScriptDoesNotParse() {
    var harness =
        new ScriptHarness(
            Lua.newBuilder()
                .setDefaultSourceCode(ScriptHarness.inline("function f()\n  if then end\nend"))
                .putSourceCodes("bad", ScriptHarness.inline("x = = 1"))
                .build());
    assertThat(harness.context.problems)
        .containsExactlyInAnyOrder(
            "default_source_code.inline_string: script:2:6: unexpected symbol near 'then'"
                + " (correct the script)",
            "source_codes[bad].inline_string: script:1:5: unexpected symbol near '='"
                + " (correct the script)");
  }

  @Test
  void reportsATopLevelThatFails() {
    var harness = new ScriptHarness("error('boom')");
    assertThat(harness.context.problems).hasSize(1);
    assertThat(harness.context.problems.getFirst())
        .contains("script load error: [string \"error('boom')\"]:1: boom");
  }

  @Test
  void routesSelectDisableAndBringScripts() {
    var harness =
        new ScriptHarness(
            Lua.newBuilder()
                .setDefaultSourceCode(
                    ScriptHarness.inline(
                        "function envoy_on_request(h) h:headers():add('x-lua', 'default') end"))
                .putSourceCodes(
                    "named",
                    ScriptHarness.inline(
                        "function envoy_on_request(h) h:headers():add('x-lua', 'named') end"))
                .setStatPrefix("mine")
                .build());
    assertThat(withRoute(harness, LuaPerRoute.newBuilder().setName("named").build()))
        .isEqualTo("named");
    assertThat(withRoute(harness, LuaPerRoute.newBuilder().setName("unknown").build())).isNull();
    assertThat(withRoute(harness, LuaPerRoute.newBuilder().setDisabled(true).build())).isNull();
    assertThat(
            withRoute(
                harness,
                LuaPerRoute.newBuilder()
                    .setSourceCode(
                        ScriptHarness.inline(
                            "function envoy_on_request(h) h:headers():add('x-lua', 'own') end"))
                    .build()))
        .isEqualTo("own");
    assertThat(withRoute(harness, LuaPerRoute.getDefaultInstance())).isEqualTo("default");
    assertThat(harness.worker.stats().value("http.test.lua.mine.executions")).isEqualTo(3);
  }

  private static String withRoute(ScriptHarness harness, LuaPerRoute config) {
    FilterHarness stream = harness.stream();
    stream.callbacks.routeConfigs.add(Objects.requireNonNull(harness.route(config)));
    stream.get("/");
    return request(stream, "x-lua");
  }

  @Test
  void globalsBelongToOneCodeBlock() {
    String script =
        """
        function string.mark(s) return (marks or "") .. s end
        function envoy_on_request(h)
          n = (n or 0) + 1
          h:headers():add("x-n", n)
          h:headers():add("x-mark", ("a"):mark())
        end
        """;
    var one = new ScriptHarness(script);
    var other = new ScriptHarness(script);
    one.stream().get("/");
    assertThat(request(one.stream().get("/"), "x-n")).isEqualTo("2");
    FilterHarness stream = other.stream().get("/");
    assertThat(request(stream, "x-n")).isEqualTo("1");
    assertThat(request(stream, "x-mark")).isEqualTo("a");
  }

  @Test
  void responseHeadersCannotBeSplit() {
    var harness =
        new ScriptHarness(
            """
            function envoy_on_response(h)
              h:headers():add("x-a", "one\\r\\nx-injected: two")
            end
            """);
    FilterHarness stream = harness.stream().get("/").response(200, true);
    assertThat(response(stream, "x-a")).isNull();
    assertThat(harness.errors()).isEqualTo(1);
  }
}
