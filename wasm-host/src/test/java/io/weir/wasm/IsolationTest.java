package io.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.wasm.v3.FailurePolicy;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.StreamResetReason;
import io.weir.filter.testkit.FakeClusters;
import io.weir.filter.testkit.FilterHarness;
import io.weir.wasm.guest.Code;
import io.weir.wasm.guest.Code.Arg;
import io.weir.wasm.guest.Code.Out;
import io.weir.wasm.guest.Code.Ref;
import io.weir.wasm.guest.GuestBuilder;
import io.weir.wasm.guest.TestLog;
import io.weir.wasm.vm.ChicoryRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many streams at once in one VM, in random order: no stream sees what belongs to another, each
 * context begins and ends once, each call is answered once. The guest is strict: it traps on every
 * status that it does not expect. {@code -Dweir.soak.steps} makes it longer.
 */
class IsolationTest {
  private static final int STEPS = Integer.getInteger("weir.soak.steps", 20_000);
  private static final int MAX_OPEN = 40;
  private static final int TOKENS = 8192;
  private static final int TOKEN_MASK = 1023;
  private static final int CREATED = 0;
  private static final int DONE = 1;
  private static final int LOGGED = 2;
  private static final int DELETED = 3;
  private static final int ANSWERED = 4;

  private static Code strict(Code code, String function, Object... arguments) {
    return code.hostVoid(function, arguments).ifTrue(Code::unreachable);
  }

  /** Copies this stream's x-id into another header; stops the guest when it is not there. */
  private static void copyId(Code code, int map, String name) {
    strict(code, "proxy_get_header_map_value", 0, "x-id", new Out(0), new Out(1));
    strict(code, "proxy_add_header_map_value", map, name, new Ref(0), new Ref(1));
  }

  /** Whether the request has a header; its status is 0 when it has. */
  private static Code ifAsked(Code code, String header, java.util.function.Consumer<Code> then) {
    return code.hostVoid("proxy_get_header_map_value", 0, header, new Out(2), new Out(3))
        .op(0x45)
        .ifTrue(then);
  }

  /** The place for a token's context id: {@code TOKENS + 4 * (token / 4 & mask)}. */
  private static Code tokenSlot(Code code) {
    return code.i32(2).op(0x76).i32(TOKEN_MASK).op(0x71).i32(2).op(0x74).i32(TOKENS).op(0x6a);
  }

  private static void call(Code code) {
    strict(
        code,
        "proxy_http_call",
        "upstream",
        TestPlugin.pairs(":method", "GET", ":path", "/", ":authority", "a"),
        "",
        "",
        500,
        new Out(4));
    tokenSlot(code.i32(GuestBuilder.OUT + 32).load()).get(0).store();
    code.i32(4).ret();
  }

  private static GuestBuilder guest() {
    return new GuestBuilder()
        .memory(1024, 1024)
        .on("proxy_on_context_create", code -> code.count(CREATED))
        .on(
            "proxy_on_request_headers",
            code -> {
              copyId(code, 0, "x-request-seen");
              ifAsked(code, "x-trap", Code::unreachable);
              ifAsked(
                  code,
                  "x-reply",
                  reply -> {
                    strict(reply, "proxy_get_header_map_value", 0, "x-id", new Out(0), new Out(1));
                    strict(
                        reply,
                        "proxy_send_local_response",
                        403,
                        "mine",
                        new Ref(0),
                        new Ref(1),
                        "",
                        -1);
                  });
              ifAsked(code, "x-call", IsolationTest::call);
            })
        .on(
            "proxy_on_http_call_response",
            code -> {
              code.count(ANSWERED);
              tokenSlot(code.get(1)).load().callRaw("proxy_set_effective_context");
              code.op(0x45)
                  .ifTrue(
                      alive -> {
                        copyId(alive, 0, "x-call-seen");
                        strict(alive, "proxy_continue_stream", 0);
                      });
            })
        .on("proxy_on_response_headers", code -> copyId(code, 2, "x-response-seen"))
        .on(
            "proxy_on_response_body",
            code -> {
              strict(code, "proxy_get_header_map_value", 0, "x-id", new Out(0), new Out(1));
              strict(code, "proxy_set_buffer_bytes", 1, 0, new Arg(1), new Ref(0), new Ref(1));
            })
        .on("proxy_on_done", code -> code.count(DONE), 1)
        .on("proxy_on_log", code -> code.count(LOGGED))
        .on("proxy_on_delete", code -> code.count(DELETED));
  }

  /** A stream and who it is. */
  private record Open(FilterHarness stream, String id, boolean calls) {
    void check() {
      for (HeaderMap map : new HeaderMap[] {stream.request.headers, stream.response.headers}) {
        for (int e = map == null ? -1 : map.first(); e >= 0; e = map.next(e)) {
          if (map.name(e).endsWith("-seen")) {
            assertThat(map.value(e)).as(map.name(e)).isEqualTo(id);
          }
        }
      }
      if (stream.localReply != null && stream.localReply.code() == 403) {
        assertThat(new String(stream.localReply.body(), java.nio.charset.StandardCharsets.UTF_8))
            .isEqualTo(id);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ChicoryRuntime.Mode.class)
  void streamsOfOneVmDoNotMeet(ChicoryRuntime.Mode mode) {
    TestLog.lines().clear();
    var random = new Random(42);
    List<Open> open = new ArrayList<>();
    int steps = mode == ChicoryRuntime.Mode.INTERPRETED ? STEPS / 10 : STEPS;
    try (TestPlugin plugin = TestPlugin.of(mode, guest(), _ -> {})) {
      long answers = 0;
      for (int step = 0; step < steps; step++) {
        if (open.size() < MAX_OPEN && random.nextInt(3) == 0) {
          open.add(begin(plugin, random, step, false));
        } else if (!open.isEmpty()) {
          answers += advance(plugin, open, random);
        }
      }
      while (!open.isEmpty()) {
        answers += advance(plugin, open, random);
      }
      assertThat(plugin.vm().failure()).as(() -> String.join("\n", TestLog.lines())).isNull();
      int streams = plugin.counter(CREATED);
      assertThat(streams).isGreaterThan(steps / 20);
      assertThat(plugin.counter(LOGGED)).isEqualTo(streams - 1);
      assertThat(plugin.counter(DONE)).isEqualTo(streams - 1);
      assertThat(plugin.counter(DELETED)).isEqualTo(streams - 1);
      assertThat(plugin.counter(ANSWERED)).isEqualTo((int) answers);
      assertThat(plugin.vm().openStreams(plugin.filter.plugin().root())).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ChicoryRuntime.Mode.class,
      names = {"LINKED", "UNLINKED"})
  void trapsEndTheirVmAndNothingElse(ChicoryRuntime.Mode mode) {
    var random = new Random(7);
    List<Open> open = new ArrayList<>();
    try (TestPlugin plugin =
        TestPlugin.of(
            mode, guest(), settings -> settings.setFailurePolicy(FailurePolicy.FAIL_RELOAD))) {
      for (int step = 0; step < STEPS / 20; step++) {
        if (open.size() < MAX_OPEN && random.nextInt(3) == 0) {
          open.add(begin(plugin, random, step, random.nextInt(40) == 0));
          if (plugin.vm().failed()) {
            plugin.worker.advance(120_000);
            assertThat(plugin.vm().failed()).isFalse();
          }
        } else if (!open.isEmpty()) {
          advance(plugin, open, random);
        }
      }
      while (!open.isEmpty()) {
        advance(plugin, open, random);
      }
      assertThat(plugin.vm().openStreams(plugin.filter.plugin().root())).isZero();
    }
  }

  private static Open begin(TestPlugin plugin, Random random, int step, boolean trap) {
    String id = "stream-" + step + "-" + "x".repeat(random.nextInt(30));
    boolean calls = random.nextInt(3) == 0;
    List<String> headers = new ArrayList<>(List.of("x-id", id));
    if (trap) {
      headers.addAll(List.of("x-trap", "1"));
    } else if (calls) {
      headers.addAll(List.of("x-call", "1"));
    } else if (random.nextInt(5) == 0) {
      headers.addAll(List.of("x-reply", "1"));
    }
    var stream = plugin.stream().get("/", headers.toArray(String[]::new));
    var made = new Open(stream, id, calls && !trap);
    made.check();
    return made;
  }

  /** One step of some stream, or an answer of some call; returns answers that a guest was told. */
  private static int advance(TestPlugin plugin, List<Open> open, Random random) {
    List<FakeClusters.Call> calls = plugin.worker.clusters().calls;
    if (!calls.isEmpty() && random.nextInt(3) == 0) {
      FakeClusters.Call call = calls.remove(random.nextInt(calls.size()));
      if (call.cancelled) {
        return 0;
      }
      if (random.nextBoolean()) {
        call.respond(200, "answer");
      } else {
        call.listener.onFailure(StreamResetReason.REMOTE_RESET);
      }
      plugin.worker.run();
      return 1;
    }
    Open chosen = open.get(random.nextInt(open.size()));
    FilterHarness stream = chosen.stream();
    boolean waits = chosen.calls() && !stream.request.headersOut;
    boolean answered = stream.response.headers != null || stream.localReply != null;
    if (waits || answered || random.nextInt(10) == 0) {
      if (!waits || random.nextInt(10) == 0) {
        if (stream.response.headers != null && stream.localReply == null && random.nextBoolean()) {
          stream.responseData("body", true);
        }
        chosen.check();
        stream.close();
        open.remove(chosen);
      }
    } else {
      stream.response(200, false);
    }
    chosen.check();
    return 0;
  }
}
