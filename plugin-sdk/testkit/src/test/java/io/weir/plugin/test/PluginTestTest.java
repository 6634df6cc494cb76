package io.weir.plugin.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kit with a plugin that does everything; each test runs in process and as a module. */
class PluginTestTest {
  @PluginTest(Sample.class)
  void waitsInEveryShapeOfCode(TestProxy proxy) {
    proxy.cluster("auth", 200, "a");

    assertThat(proxy.get("/loop").requestHeader("x-sample")).isEqualTo("aaa");
    assertThat(proxy.get("/list").requestHeader("x-sample")).isEqualTo("auth200,nobody0");
    assertThat(proxy.get("/stream").requestHeader("x-sample")).isEqualTo("aa");
    assertThat(proxy.get("/map").requestHeader("x-sample")).isEqualTo("200");
    assertThat(proxy.get("/default").requestHeader("x-sample")).isEqualTo("200");
    assertThat(proxy.get("/finally").requestHeader("x-sample")).isEqualTo("aaaenough.");
    assertThat(proxy.get("/all").requestHeader("x-sample")).isEqualTo("a0");
    assertThat(proxy.get("/deny").status()).isEqualTo(200);
    assertThat(proxy.calls()).contains("auth GET /2?aa");
  }

  @PluginTest(Sample.class)
  void retriesUntilTheServiceAnswers(TestProxy proxy) {
    proxy.cluster("auth");
    TestExchange exchange = proxy.get("/retry");
    proxy.answer(503, "").answer(504, "");
    assertThat(exchange.forwarded()).isFalse();
    proxy.answer(204, "");

    assertThat(exchange.requestHeader("x-sample")).isEqualTo("204");
  }

  @PluginTest(Sample.class)
  void showsPiecesThatCameDuringAWait(TestProxy proxy) {
    proxy.cluster("auth");
    TestExchange exchange = proxy.request("POST", "/").piece("one").piece("two").body("three");
    assertThat(proxy.calls()).hasSize(1);
    proxy.answer(200, "1").answer(200, "2");
    exchange.respond(200, "fine");

    assertThat(exchange.requestBody()).isEqualTo("<one1><twothree2>");
    assertThat(exchange.responseHeader("x-path")).isEqualTo("/");
    assertThat(exchange.responseBody()).isEqualTo("fine");
  }

  @PluginTest(Sample.class)
  void clientsThatGoAwayEndTheWait(TestProxy proxy) {
    proxy.cluster("auth");
    proxy.get("/loop").disconnect();

    assertThat(proxy.calls()).hasSize(1);
  }

  @PluginTest(Sample.class)
  void ticksByTheVirtualClock(TestProxy proxy) {
    proxy.cluster("auth", 200, "");
    proxy.configure("{}").advance(250);

    assertThat(proxy.metric("ticks")).isEqualTo(2);
  }

  @PluginTest(Sample.class)
  void calculatesAsAJvmDoes(TestProxy proxy) {
    for (List<String> row :
        List.of(
            List.of("/zero", "java.lang.ArithmeticException"),
            List.of("/zero-long", "java.lang.ArithmeticException"),
            List.of("/min", "-2147483648"),
            List.of("/min-long", "-9223372036854775808"),
            List.of("/size", "java.lang.NegativeArraySizeException"),
            List.of("/bounds", "java.lang.ArrayIndexOutOfBoundsException"),
            List.of("/cast", "java.lang.ClassCastException"),
            List.of("/null", "java.lang.NullPointerException"))) {
      assertThat(proxy.get(row.get(0)).requestHeader("x-sample"))
          .as(row.get(0))
          .isEqualTo(row.get(1));
    }
  }

  @PluginTest(Sample.class)
  void failuresAreAnsweredAndThePluginLivesOn(TestProxy proxy) {
    proxy.expectFailure();

    assertThat(proxy.get("/throw").status()).isEqualTo(500);
    assertThat(proxy.get("/fine").requestHeader("x-sample")).isEqualTo("fine");
  }

  @PluginTest(Sample.class)
  void configurationsAreRefusedByPointer(TestProxy proxy) {
    assertThat(proxy.refusal("{\"rounds\": 0}"))
        .contains("/rounds expected a number from 1 to 2147483647, found 0");
    assertThat(proxy.refusal("{\"round\": 1}")).contains("/round is not known");
    assertThat(proxy.refusal("{")).contains("expected");
    proxy.configure("{\"header\": \"x-a\"}");
    assertThat(proxy.get("/fine").requestHeader("x-a")).isEqualTo("fine");
    proxy.configure("{\"header\": \"x-b\"}").crash();
    assertThat(proxy.get("/fine").requestHeader("x-b")).isEqualTo("fine");
  }

  @Test
  void unannouncedCallsAndUnexpectedFailuresFailTheTest() throws Exception {
    var calling = new TestProxy(PluginSource.ofClass(Sample.class, BackEnd.JVM));
    calling.request("GET", "/loop").end();
    calling.close();
    var failing = new TestProxy(PluginSource.ofClass(Sample.class, BackEnd.JVM));
    failing.get("/throw");
    failing.close();

    // The cluster does not exist: the plugin learns it, and the request goes on.
    calling.verify();
    assertThatThrownBy(failing::verify)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the plugin failed at GET /throw");
  }

  @Test
  void scriptsAndForeignModulesRunAsTheyAre(@TempDir Path folder) throws Exception {
    Path script = folder.resolve("add.lua");
    Files.writeString(
        script,
        """
        function envoy_on_request(handle)
          handle:headers():replace("x-lua", "1")
        end
        """);
    var proxy = new TestProxy(PluginSource.ofFile(script));

    assertThat(proxy.get("/").requestHeader("x-lua")).isEqualTo("1");
    proxy.close();
    proxy.verify();
  }

  @Test
  void differencesAreShownSideBySide() {
    assertThat(
            Parity.difference(
                BackEnd.JVM, List.of("GET /", "> x: 1"), BackEnd.WASM, List.of("GET /", "> x: 2")))
        .contains("! > x: 1", "| > x: 2", "  GET /");
  }
}
