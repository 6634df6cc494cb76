package io.weir.plugin.wasm.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.plugin.Action;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WasmCompilerTest {
  @TempDir private Path directory;

  /** Overrides one callback. */
  public static final class OneCallback implements HttpPlugin {
    @Override
    public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
      exchange.requestHeaders().set("x-a", "1");
      return Action.CONTINUE;
    }
  }

  /** Needs a function that proxies do not have. */
  public static final class NeedsSine implements HttpPlugin {
    @Override
    public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
      exchange.log().info(String.valueOf(Math.sin(exchange.hashCode())));
      return Action.CONTINUE;
    }
  }

  /** Uses a class that the sandbox lacks. */
  public static final class NeedsDigest implements HttpPlugin {
    @Override
    public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
      try {
        java.security.MessageDigest.getInstance("SHA-256").update((byte) 1);
      } catch (java.security.NoSuchAlgorithmException e) {
        exchange.log().error("none");
      }
      return Action.CONTINUE;
    }
  }

  private byte[] compile(Class<?> plugin) throws IOException {
    Path target = directory.resolve("plugin.wasm");
    WasmCompiler.compile(plugin.getName(), target, plugin.getClassLoader());
    return Files.readAllBytes(target);
  }

  @Test
  void exportsOnlyWhatThePluginOverrides() throws IOException {
    assertThat(exports(compile(OneCallback.class)))
        .containsExactlyInAnyOrder(
            "memory",
            "_initialize",
            "proxy_abi_version_0_2_1",
            "proxy_on_memory_allocate",
            "proxy_on_context_create",
            "proxy_on_delete",
            "proxy_on_configure",
            "proxy_on_request_headers");
  }

  @Test
  void refusesImportsThatProxiesLack() {
    assertThatThrownBy(() -> compile(NeedsSine.class))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("java.lang.Math.sin does not exist for plugins")
        .hasMessageContaining("WasmCompilerTest.java:");
  }

  @Test
  void namesTheMissingClassAndTheLine() {
    assertThatThrownBy(() -> compile(NeedsDigest.class))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("MessageDigest")
        .hasMessageContaining("use Sha256")
        .hasMessageContaining("WasmCompilerTest.java:");
  }

  private static List<String> exports(byte[] module) {
    List<String> names = new ArrayList<>();
    int[] at = {8};
    while (at[0] < module.length) {
      int id = module[at[0]++];
      int end = number(module, at);
      end += at[0];
      if (id == 7) {
        int count = number(module, at);
        for (int i = 0; i < count; i++) {
          int length = number(module, at);
          names.add(new String(module, at[0], length, StandardCharsets.UTF_8));
          at[0] += length + 1;
          number(module, at);
        }
      }
      at[0] = end;
    }
    return names;
  }

  private static int number(byte[] module, int[] at) {
    int value = 0;
    int shift = 0;
    byte b;
    do {
      b = module[at[0]++];
      value |= (b & 0x7f) << shift;
      shift += 7;
    } while (b < 0);
    return value;
  }
}
