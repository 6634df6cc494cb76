package io.weir.plugin.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.dynamic_modules.v3.DynamicModuleConfig;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.filter.testkit.FakeClusters;
import io.weir.filter.testkit.FakeContext;
import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import io.weir.plugin.jvm.fixture.Fixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callbacks wait for calls; workers, and other streams, do not. */
class StraightLineCallsTest {
  @TempDir private Path plugins;

  private final FakeWorker worker = new FakeWorker();
  private final FakeContext context = new FakeContext(worker);
  private HttpFilterWorker filter;

  @BeforeEach
  void openPlugin() throws IOException {
    context.pluginDir = plugins;
    PluginJars.write(plugins.resolve("fixtures.jar"), Fixtures.class.getDeclaredClasses());
    var message =
        DynamicModuleFilter.newBuilder()
            .setDynamicModuleConfig(DynamicModuleConfig.newBuilder().setName("fixtures"))
            .setFilterName("caller")
            .build();
    HttpFilterConfig config = new DynamicModuleFilterFactory().load(Any.pack(message), context);
    assertThat(context.problems).isEmpty();
    filter = config.openWorker(worker);
  }

  private FilterHarness stream() {
    return new FilterHarness(filter, worker);
  }

  private List<FakeClusters.Call> calls() {
    return worker.clusters().calls;
  }

  @Test
  void aLoopOfDependentCallsHoldsTheRequestUntilItsEnd() {
    FilterHarness stream = stream().get("/loop");
    for (String answer : List.of("a", "b", "c")) {
      assertThat(stream.request.headersOut).isFalse();
      calls().getLast().respond(200, answer);
    }

    assertThat(calls()).hasSize(3);
    assertThat(calls().getLast().headers.get(":path")).isEqualTo("/step/2?after=ab");
    assertThat(stream.request.headersOut).isTrue();
    assertThat(stream.request.headers.get("x-seen")).isEqualTo("abc.");
  }

  @Test
  void tryCatchAndFinallySpanAWait() {
    FilterHarness stream = stream().get("/loop");
    calls().getLast().respond(200, "a");
    calls().getLast().respond(503, "");

    assertThat(stream.request.headers.get("x-seen")).isEqualTo("a!status 503.");
  }

  @Test
  void streamsWaitIndependently() {
    FilterHarness first = stream().get("/loop");
    FilterHarness second = stream().get("/loop");
    FakeClusters.Call ofFirst = calls().get(0);
    calls().get(1).respond(404, "x");

    assertThat(first.request.headersOut).isFalse();
    assertThat(second.request.headers.get("x-seen")).isEqualTo("x!status 404.");
    ofFirst.respond(404, "y");
    assertThat(first.request.headers.get("x-seen")).isEqualTo("y!status 404.");
  }

  @Test
  void callsSideBySideKeepTheirOrder() {
    FilterHarness stream = stream().get("/all");
    calls().get(1).respond(200, "c");
    assertThat(stream.request.headersOut).isFalse();
    calls().get(0).respond(200, "a");

    assertThat(stream.request.headers.get("x-seen")).isEqualTo("a0c");
  }

  @Test
  void repliesAndFailuresAfterAWaitAreThoseOfACallback() {
    FilterHarness denied = stream().get("/deny");
    calls().getLast().respond(403, "");
    denied.settle();
    FilterHarness failed = stream().get("/throw");
    calls().getLast().respond(200, "");
    failed.settle();

    assertThat(denied.localReply.code()).isEqualTo(403);
    assertThat(failed.events).containsExactly("localReply 500 plugin_error");
    assertThat(failed.request.headersOut).isFalse();
  }

  @Test
  void piecesThatComeDuringAWaitAreShownAfterIt() {
    FilterHarness stream =
        stream().request(false, ":method", "POST", ":path", "/", ":authority", "a");
    stream.requestData("one", false);
    stream.requestData("two", false).requestData("three", true);
    assertThat(calls()).hasSize(1);
    calls().get(0).respond(200, "1");
    calls().get(1).respond(200, "2");

    assertThat(new String(calls().get(1).body)).isEqualTo("twothree");
    assertThat(stream.request.bodyOut.toText()).isEqualTo("<one1><twothree2>.");
    assertThat(stream.request.ended).isTrue();
  }

  @Test
  void trailersWaitForTheBodyBeforeThem() {
    FilterHarness stream =
        stream().request(false, ":method", "POST", ":path", "/", ":authority", "a");
    stream.requestData("one", false).requestTrailers("x-t", "1");
    calls().get(0).respond(200, "1");
    calls().get(1).respond(200, "fine");

    assertThat(stream.request.bodyOut.toText()).isEqualTo("<one1>");
    assertThat(stream.request.trailers.get("x-checked")).isEqualTo("fine");
    assertThat(stream.request.ended).isTrue();
  }

  @Test
  void anEndedStreamCancelsItsCallsAndUnwinds() {
    FilterHarness stream = stream().get("/finally");
    stream.close();

    assertThat(calls().getLast().cancelled).isTrue();
    assertThat(worker.stats().value("dynamicmodulescustom.unwound")).isOne();
    assertThat(stream.events).isEmpty();
    assertThat(stream.request.headersOut).isFalse();
  }

  @Test
  void callsOutsideAnExchangesCallbacksAreRefused() {
    FilterHarness stream = stream().get("/", "x-call-at-end", "1");
    stream.close();

    assertThat(calls()).isEmpty();
    assertThat(worker.stats().value("http.test.dynamic_modules.caller.errors")).isOne();
  }
}
