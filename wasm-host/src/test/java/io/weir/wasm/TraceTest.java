package io.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import io.weir.wasm.guest.Code.Out;
import io.weir.wasm.guest.Code.Ref;
import io.weir.wasm.guest.GuestBuilder;
import io.weir.wasm.guest.TestLog;
import io.weir.wasm.vm.ChicoryRuntime;
import io.weir.wasm.vm.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Linked, unlinked and interpreted runs of a module do the same: the same host calls in each
 * callback, the same effects on the stream, the same log lines. The modules are assembled ones and
 * those that lie in the folders of {@code -Dweir.test.modules} (by default where the examples are
 * built).
 */
class TraceTest {
  private static final String FOLDERS =
      System.getProperty("weir.test.modules", "../plugins-examples/target/plugins");

  private record Module(String name, byte[] code) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Module> modules() {
    List<Module> modules = new ArrayList<>();
    modules.add(new Module("assembled: headers and calls", talkative().build()));
    modules.add(new Module("assembled: arithmetic", arithmetic().build()));
    for (String folder : FOLDERS.split(":")) {
      if (Files.isDirectory(Path.of(folder))) {
        try (Stream<Path> files = Files.list(Path.of(folder))) {
          files
              .filter(file -> file.toString().endsWith(".wasm"))
              .sorted()
              .forEach(file -> modules.add(new Module(file.getFileName().toString(), read(file))));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return modules.stream();
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GuestBuilder talkative() {
    return new GuestBuilder()
        .on(
            "proxy_on_request_headers",
            code -> {
              code.host("proxy_get_header_map_value", 0, ":path", new Out(0), new Out(1));
              code.host("proxy_log", 2, new Ref(0), new Ref(1));
              code.host("proxy_add_header_map_value", 0, "x-path", new Ref(0), new Ref(1));
              code.host("proxy_get_property", "request\0method", new Out(0), new Out(1));
              code.host("proxy_set_property", "mine", new Ref(0), new Ref(1));
              code.host("proxy_remove_header_map_value", 0, "user-agent");
            })
        .on(
            "proxy_on_request_body",
            code ->
                code.host("proxy_set_buffer_bytes", 0, 0, 0, "before ")
                    .hostVoid("proxy_log", 9, "no")
                    .drop())
        .on(
            "proxy_on_response_headers",
            code -> code.host("proxy_get_header_map_pairs", 2, new Out(0), new Out(1)))
        .on("proxy_on_log", code -> code.host("proxy_log", 3, "over"));
  }

  /** Rotations, divisions, shifts and 64-bit sums over the context's id, which it logs. */
  private static GuestBuilder arithmetic() {
    return new GuestBuilder()
        .on(
            "proxy_on_request_headers",
            code -> {
              for (int op : new int[] {0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70, 0x71, 0x72}) {
                code.i32(0x12345678 + op).get(0).op(op).keepNumber(0);
              }
              for (int op : new int[] {0x73, 0x74, 0x75, 0x76, 0x77, 0x78}) {
                code.i32(0x87654321).get(0).op(op).keepNumber(0);
              }
              code.host("proxy_log", 2, "counted");
            });
  }

  @ParameterizedTest
  @MethodSource("modules")
  void isTheSameInEachMode(Module module) {
    List<String> interpreted = trace(ChicoryRuntime.Mode.INTERPRETED, module.code());
    assertThat(interpreted).isNotEmpty();
    assertThat(trace(ChicoryRuntime.Mode.UNLINKED, module.code())).isEqualTo(interpreted);
    assertThat(trace(ChicoryRuntime.Mode.LINKED, module.code())).isEqualTo(interpreted);
  }

  private static List<String> trace(ChicoryRuntime.Mode mode, byte[] code) {
    TestLog.lines().clear();
    var lines = new ArrayList<String>();
    try {
      var host = new WasmHost(mode, new Limits(4096, 20_000, 60_000), null);
      try (TestPlugin plugin = TestPlugin.of(host, new FakeWorker(), code, _ -> {})) {
        for (String path : List.of("/one?q=1", "/two", "/api/x")) {
          request(plugin, path, lines);
        }
      }
    } catch (RuntimeException e) {
      // A module that does not take the configuration must say so in each mode.
      lines.add(String.valueOf(e.getMessage()));
    }
    lines.addAll(TestLog.lines());
    // The interpreter knows no backtrace.
    return lines.stream().filter(line -> !line.startsWith("ERROR Function: ")).toList();
  }

  private static void request(TestPlugin plugin, String path, List<String> lines) {
    FilterHarness stream = plugin.stream();
    stream.request(
        false,
        ":method",
        "POST",
        ":path",
        path,
        ":authority",
        "a",
        ":scheme",
        "http",
        "user-agent",
        "t",
        "cookie",
        "a=b",
        "authorization",
        "Basic YTpi");
    step(plugin, stream, lines);
    stream.requestData("some ", false).requestData("body", true);
    step(plugin, stream, lines);
    stream.response(200, false, "content-type", "text/plain", "server", "s");
    step(plugin, stream, lines);
    stream.responseData("answer", true);
    plugin.worker.advance(100);
    step(plugin, stream, lines);
    stream.close();
    step(plugin, stream, lines);
  }

  /** WASI apart, what guests of Go ask for depends on the time. */
  private static void step(TestPlugin plugin, FilterHarness stream, List<String> lines) {
    List<String> calls =
        plugin.vm().failed()
            ? List.of(String.valueOf(plugin.vm().failure()))
            : plugin.vm().lastHostCalls().stream()
                .filter(name -> name.startsWith("proxy_"))
                .toList();
    lines.add(
        calls
            + " "
            + stream.events
            + (stream.localReply == null ? "" : " " + stream.localReply.code())
            + " "
            + stream.request.headersOut);
  }
}
