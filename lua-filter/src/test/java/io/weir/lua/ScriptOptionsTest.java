package io.weir.lua;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.http.HttpFilterWorker;
import io.weir.filter.http.LocalReply;
import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import io.weir.lua.engine.Budget;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.load.Chunk;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Failure policy, limits and answers in the response direction, on streams. */
class ScriptOptionsTest {
  private final FakeWorker worker = new FakeWorker();
  private @Nullable LuaScript opened;

  private FilterHarness stream(String script, ScriptOptions options) throws Exception {
    byte[] text = script.getBytes(StandardCharsets.UTF_8);
    Chunk chunk = Chunk.load(text, LuaString.own(text), Chunk.Mode.COMPILED);
    var block = new LuaScript(chunk, "test", options, 1);
    opened = block;
    HttpFilterWorker filter =
        new LuaFilterConfig(block, Map.of(), "http.test.lua.", true, List.of()).openWorker(worker);
    return new FilterHarness(filter, worker);
  }

  private static ScriptOptions options(int status, long millis, boolean respond) {
    return new ScriptOptions(
        status,
        new Budget.Limits(3_000_000, millis * 1_000_000, Long.MAX_VALUE / 2),
        false,
        List.of(),
        Map.of(),
        Map.of(),
        respond,
        true);
  }

  private LuaScript script() {
    return Objects.requireNonNull(opened);
  }

  private static int status(FilterHarness stream) {
    LocalReply reply = stream.localReply;
    return reply == null ? 0 : reply.code();
  }

  @Test
  void aFailureAnswersWhenThePolicyIsClosedAndLetsGoWhenItIsOpen() throws Exception {
    String script = "function envoy_on_request(h) error('no') end";
    FilterHarness closed = stream(script, options(418, 1_000, false)).get("/");
    assertThat(status(closed)).isEqualTo(418);
    assertThat(closed.request.headersOut).isFalse();
    FilterHarness open = stream(script, options(0, 1_000, false)).get("/");
    assertThat(open.localReply).isNull();
    assertThat(open.request.ended).isTrue();
    assertThat(worker.stats().value("http.test.lua.errors")).isEqualTo(2);
  }

  @Test
  void aFailureBehindAWaitAnswersToo() throws Exception {
    FilterHarness stream =
        stream("function envoy_on_request(h) h:body() error('no') end", options(503, 1_000, false))
            .request(false, ":method", "POST", ":path", "/")
            .requestData("text", true);
    assertThat(status(stream)).isEqualTo(503);
    assertThat(stream.request.headersOut).isFalse();
  }

  @Test
  void aFailureInTheResponseAnswersInItsPlace() throws Exception {
    FilterHarness stream =
        stream("function envoy_on_response(h) error('no') end", options(503, 1_000, false))
            .get("/")
            .response(200, true);
    assertThat(status(stream)).isEqualTo(503);
  }

  @Test
  void theLogNamesTheScriptOfALoopThatWasEnded() throws Exception {
    FilterHarness stream =
        stream("function envoy_on_request(h)\n  while true do end\nend", options(503, 20, false))
            .get("/");
    assertThat(status(stream)).isEqualTo(503);
    assertThat(lastError())
        .contains("[string \"function envoy_on_request(h)...\"]:")
        .contains("script stopped: more than 3000000 steps");
  }

  @Test
  void theStepLimitEndsALoopThatCannotCatchIt() throws Exception {
    var limits = new Budget.Limits(100_000, Long.MAX_VALUE / 2, Long.MAX_VALUE / 2);
    var options = new ScriptOptions(0, limits, false, List.of(), Map.of(), Map.of(), false, true);
    stream(
            "function envoy_on_request(h) while true do pcall(function() while true do end end) end"
                + " end",
            options)
        .get("/");
    assertThat(lastError()).contains("more than 100000 steps");
  }

  private String lastError() {
    return String.valueOf(script().report(worker).lastError());
  }

  @Test
  void respondWorksInTheResponseDirectionWhenAskedFor() throws Exception {
    String script =
        "function envoy_on_response(h) h:respond({[':status'] = '418', ['x-a'] = 'b'}, 'tea') end";
    FilterHarness asked = stream(script, options(0, 1_000, true)).get("/").response(200, true);
    assertThat(status(asked)).isEqualTo(418);
    FilterHarness not = stream(script, options(0, 1_000, false)).get("/").response(200, true);
    assertThat(not.localReply).isNull();
    assertThat(lastError()).contains("respond not currently supported in the response path");
  }

  @Test
  void respondIsRefusedBehindStreamedHeaders() throws Exception {
    FilterHarness stream =
        stream(
                "function envoy_on_response(h) for c in h:bodyChunks() do h:respond({[':status'] ="
                    + " '418'}, '') end end",
                options(0, 1_000, true))
            .get("/")
            .response(200, false)
            .responseData("x", true);
    assertThat(stream.localReply).isNull();
    assertThat(lastError()).contains("headers have been continued");
  }

  @Test
  void countsWhatEachScriptDoes() throws Exception {
    FilterHarness stream =
        stream(
            "function envoy_on_request(h) h:body() end function envoy_on_response(h) error('no')"
                + " end",
            options(0, 1_000, false));
    stream.request(false, ":method", "POST").requestData("x", true).response(200, true);
    assertThat(worker.stats().value("http.test.lua.script.default.calls")).isEqualTo(2);
    assertThat(worker.stats().value("http.test.lua.script.default.yields")).isEqualTo(1);
    assertThat(worker.stats().value("http.test.lua.script.default.errors")).isEqualTo(1);
    ScriptReport report = script().report(worker);
    assertThat(report.calls()).isEqualTo(2);
    assertThat(report.lastError()).contains("no");
  }

  @Test
  void measuresWhatAScriptKeeps() throws Exception {
    FilterHarness stream =
        stream(
            "kept = {} function envoy_on_request(h) for i = 1, 100 do kept[#kept + 1] ="
                + " ('x'):rep(1000) .. #kept end end",
            options(0, 1_000, false));
    long before = new MemoryEstimate().of(script().open(worker).state().globals());
    stream.get("/");
    long after = new MemoryEstimate().of(script().open(worker).state().globals());
    assertThat(after - before).isBetween(100_000L, 130_000L);
  }
}
