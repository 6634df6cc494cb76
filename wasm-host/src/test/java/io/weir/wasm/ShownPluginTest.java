package io.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.PluginStatus;
import io.weir.filter.RunningPlugin;
import io.weir.filter.Value;
import io.weir.filter.testkit.FilterHarness;
import io.weir.wasm.guest.Code;
import io.weir.wasm.guest.GuestBuilder;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a plugin tells operators. */
class ShownPluginTest {

  private static PluginStatus status(TestPlugin plugin) {
    RunningPlugin shown = plugin.context.shown.getFirst();
    CompletableFuture<PluginStatus> asked = shown.status().toCompletableFuture();
    plugin.worker.run();
    return asked.join();
  }

  private static Value at(PluginStatus status, String... path) {
    Value value = status.details();
    for (String part : path) {
      value =
          value instanceof Value.ListValue list
              ? list.values().get(Integer.parseInt(part))
              : ((Value.MapValue) value).get(part);
    }
    return value;
  }

  @Test
  void countsCallsPausesAndHostCallsByCallback() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code -> code.host("proxy_log", 2, "one").host("proxy_log", 2, "two"),
                4);
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      FilterHarness paused = plugin.stream().get("/");
      plugin.worker.advance(1500);
      PluginStatus status = status(plugin);

      RunningPlugin shown = plugin.context.shown.getFirst();
      assertThat(shown.name() + " " + shown.runtime() + " " + shown.place())
          .isEqualTo("test wasm http filter");
      assertThat(status.state()).isEqualTo(PluginStatus.State.RUNNING);
      assertThat(status.streams()).isEqualTo(1);
      assertThat(status.memoryBytes()).isEqualTo(plugin.vm().memoryBytes()).isPositive();
      String headers = "proxy_on_request_headers";
      assertThat(at(status, "callbacks", headers, "calls")).isEqualTo(Value.of(1));
      assertThat(at(status, "callbacks", headers, "host_calls")).isEqualTo(Value.of(2));
      assertThat(at(status, "callbacks", headers, "bytes")).isEqualTo(Value.of(6));
      assertThat(at(status, "pauses")).isEqualTo(Value.of(1));
      assertThat(at(status, "workers", "0", "contexts", "0", "paused"))
          .isEqualTo(Value.of("request"));
      assertThat(at(status, "workers", "0", "contexts", "0", "paused_ms"))
          .isEqualTo(Value.of(1500));
      paused.close();
      assertThat(status(plugin).streams()).isZero();
    }
  }

  @Test
  void namesTheLastFailureAndCountsItByKind() {
    var guest = new GuestBuilder().on("proxy_on_request_headers", Code::unreachable);
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      plugin.stream().get("/").close();
      PluginStatus status = status(plugin);
      assertThat(status.state()).isEqualTo(PluginStatus.State.FAILED);
      assertThat(status.failures()).isEqualTo(1);
      assertThat(status.reason()).contains("unreachable");
      assertThat(plugin.worker.stats().value("wasm.test.trap_trap")).isEqualTo(1);
    }
  }

  @Test
  void isShownUntilItIsClosed() {
    TestPlugin plugin = TestPlugin.of(new GuestBuilder());
    assertThat(plugin.context.shown).hasSize(1);
    plugin.close();
    assertThat(plugin.context.shown).isEmpty();
  }
}
