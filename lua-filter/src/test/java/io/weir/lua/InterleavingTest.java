package io.weir.lua;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.testkit.FakeClusters;
import io.weir.filter.testkit.FilterHarness;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many suspended scripts on one worker: answers, bodies and resets in random order. */
class InterleavingTest {
  private static final String SCRIPT =
      """
      active, most, kept = 0, 0, nil
      local function call(h, id, n)
        local headers, body = h:httpCall("upstream",
          {[":method"] = "GET", [":path"] = "/" .. id .. "/" .. n, [":authority"] = "a"}, nil, 500)
        return body
      end
      function envoy_on_request(h)
        local id = h:headers():get("x-id")
        active = active + 1
        if active > most then most = active end
        if kept then
          local ok = pcall(function() return kept:get("x-id") end)
          if ok then h:logErr("a dead object answers") leaked = true end
        end
        local headers = h:headers()
        kept = headers
        local seen, length = {}, 0
        if id % 2 == 1 then
          length = coroutine.wrap(function() local b = h:body() return b and b:length() or 0 end)()
          headers = h:headers()
        end
        for n = 1, 1 + id % 3 do
          local ok, answer = pcall(call, h, id, n)
          seen[n] = tostring(answer)
          if pcall(function() return headers:get("x-id") end) then leaked = true end
        end
        active = active - 1
        h:headers():add("x-seen", table.concat(seen, ",") .. ";" .. length)
        h:headers():add("x-leaked", tostring(leaked))
        assert(h:headers():get("x-id") == id)
      end
      """;

  private static final class Live {
    final FilterHarness stream;
    final int id;
    boolean bodySent;

    Live(FilterHarness stream, int id) {
      this.stream = stream;
      this.id = id;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void streamsDoNotDisturbOneAnother(long seed) {
    var random = new Random(seed);
    var harness = new ScriptHarness(SCRIPT);
    List<FakeClusters.Call> calls = harness.worker.clusters().calls;
    var live = new ArrayList<Live>();
    int finished = 0;
    for (int id = 1; id <= 400 || !live.isEmpty(); ) {
      if (id <= 400 && (live.size() < 60 || random.nextInt(3) == 0)) {
        FilterHarness stream = harness.stream();
        live.add(new Live(stream, id));
        stream.request(false, ":method", "POST", ":path", "/", "x-id", Integer.toString(id++));
        continue;
      }
      Live next = live.get(random.nextInt(live.size()));
      if (random.nextInt(20) == 0) {
        next.stream.close();
        live.remove(next);
        continue;
      }
      if (!next.bodySent && random.nextInt(3) == 0) {
        next.bodySent = true;
        next.stream.requestData("body" + next.id, true);
      }
      answerOne(calls, next.id);
      next.stream.settle();
      if (next.stream.request.headersOut) {
        check(next);
        live.remove(next);
        finished++;
      }
    }
    assertThat(finished).isGreaterThan(200);
    assertThat(harness.errors()).isZero();
    assertThat(calls.stream().filter(call -> call.cancelled)).isNotEmpty();
  }

  private static void answerOne(List<FakeClusters.Call> calls, int id) {
    for (int i = 0; i < calls.size(); i++) {
      FakeClusters.Call call = calls.get(i);
      String path = String.valueOf(call.headers.get(":path"));
      if (path.startsWith("/" + id + "/") && !call.cancelled) {
        calls.remove(i);
        call.respond(200, "r" + path);
        return;
      }
    }
  }

  private static void check(Live done) {
    var headers = Objects.requireNonNull(done.stream.request.headers);
    String seen = String.valueOf(headers.get("x-seen"));
    for (int n = 1; n <= 1 + done.id % 3; n++) {
      assertThat(seen).contains("r/" + done.id + "/" + n);
    }
    assertThat(headers.get("x-leaked")).isEqualTo("nil");
  }

  @Test
  void aStreamThatEndsWhileItsScriptWaitsLeavesNothingBehind() throws Exception {
    var harness = new ScriptHarness(SCRIPT.replace("kept = headers", ""));
    var references = new ArrayList<WeakReference<FilterHarness>>();
    for (int i = 0; i < 50; i++) {
      FilterHarness stream = harness.stream();
      stream.request(false, ":method", "POST", ":path", "/", "x-id", "2");
      stream.close();
      references.add(new WeakReference<>(stream));
    }
    harness.worker.clusters().calls.clear();
    long end = System.nanoTime() + 20_000_000_000L;
    while (references.stream().anyMatch(r -> r.get() != null) && System.nanoTime() < end) {
      System.gc();
      Thread.onSpinWait();
    }
    assertThat(references.stream().filter(r -> r.get() != null)).isEmpty();
  }
}
