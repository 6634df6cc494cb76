package io.weir.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.PluginStatus;
import io.weir.filter.RunningPlugin;
import io.weir.filter.Value;
import io.weir.proxy.extension.PluginDirectory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class PluginsEndpointTest {
  private final PluginDirectory directory = new PluginDirectory();

  private record Shown(String name, String runtime, CompletionStage<PluginStatus> status)
      implements RunningPlugin {
    @Override
    public String place() {
      return "http filter";
    }
  }

  private String get(String target) throws InterruptedException {
    AdminResponse response =
        new PluginsEndpoint(directory).handle(AdminRequest.of("GET", target, ""));
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private void running(String name, String runtime, String reason, long memory) {
    var status =
        new PluginStatus(
            reason.isEmpty() ? PluginStatus.State.RUNNING : PluginStatus.State.FAILED,
            reason,
            1,
            20,
            3,
            memory,
            new Value.MapValue(Map.of("pauses", Value.of(7))));
    directory.register(new Shown(name, runtime, CompletableFuture.completedStage(status)));
  }

  @Test
  void printsATable() throws InterruptedException {
    running("auth", "wasm", "", 12L << 20);
    running("a-longer-name", "lua", "attempt to index nil", 0);
    assertThat(get("/plugins"))
        .isEqualTo(
            """
            PLUGIN         RUNTIME  PLACE        STATE    STREAMS  CALLS  FAILURES  MEMORY
            auth           wasm     http filter  running        1     20         3  12 MiB
            a-longer-name  lua      http filter  failed         1     20         3       -
                attempt to index nil
            """);
  }

  @Test
  void printsJsonWithDetails() throws InterruptedException {
    running("auth", "wasm", "", 5);
    running("other", "wasm", "", 5);
    assertThat(get("/plugins?format=json&name=auth"))
        .contains("\"name\": \"auth\"", "\"pauses\": 7", "\"memory_bytes\": 5")
        .doesNotContain("other");
  }

  @Test
  void saysWhoDoesNotAnswer() throws InterruptedException {
    directory.register(new Shown("stuck", "wasm", new CompletableFuture<>()));
    assertThat(get("/plugins")).contains("stuck   wasm     http filter  no answer");
  }

  @Test
  void aClosedPluginIsNotShown() throws InterruptedException {
    directory.register(new Shown("gone", "jar", new CompletableFuture<>())).close();
    assertThat(get("/plugins")).doesNotContain("gone");
  }
}
