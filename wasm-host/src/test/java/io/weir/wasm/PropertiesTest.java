package io.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.Metadata;
import io.weir.filter.Value;
import io.weir.filter.testkit.FakeCallbacks;
import io.weir.filter.testkit.FakeContext;
import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import io.weir.wasm.guest.Code;
import io.weir.wasm.guest.Code.Out;
import io.weir.wasm.guest.GuestBuilder;
import io.weir.wasm.vm.ChicoryRuntime;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class PropertiesTest {

  private static Code read(Code code, String path) {
    return code.host(
            "proxy_get_property",
            path.replace('|', '\0').getBytes(StandardCharsets.UTF_8),
            new Out(0),
            new Out(1))
        .keep(0);
  }

  /** Reads one property in the callback of a prepared request; {@code status:value}. */
  private static String property(String path, String callback, Consumer<FilterHarness> prepare) {
    var guest = new GuestBuilder().on(callback, code -> read(code, path));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      FilterHarness stream = plugin.stream();
      prepare.accept(stream);
      stream.callbacks.route =
          new FakeCallbacks.Route(
              "my-route",
              "my-host",
              "origin",
              new Metadata(
                  Map.of("ns", Value.MapValue.EMPTY.with("key", Value.of("route-value"))),
                  Map.of()));
      stream.request(
          true,
          ":method",
          "GET",
          ":path",
          "/path?q=1#frag",
          ":authority",
          "example.com",
          ":scheme",
          "http",
          "x-a",
          "1",
          "x-a",
          "2",
          "user-agent",
          "lab/1",
          "x-request-id",
          "id-1");
      stream.info.bytesSent = 15;
      stream.response(201, true, "x-r", "yes");
      stream.close();
      int status = plugin.next();
      return status == 0 ? "0:" + plugin.nextLatin1() : String.valueOf(status);
    }
  }

  /** Numbers are written as hex of their little-endian bytes. */
  private static String hex(String value) {
    var text = new StringBuilder();
    for (char c : value.toCharArray()) {
      text.append(c >= ' ' && c < 0x7f ? String.valueOf(c) : String.format("~%02x", (int) c));
    }
    return text.toString();
  }

  @ParameterizedTest(name = "{0} in {1}")
  @CsvFileSource(resources = "properties.csv", numLinesToSkip = 1, delimiter = ';')
  void hasEnvoysNamesAndEncodings(String path, String callback, String expected) {
    assertThat(hex(property(path, "proxy_on_" + callback, _ -> {}))).isEqualTo(expected);
  }

  @Test
  void readsTreesOfMetadata() {
    Consumer<FilterHarness> metadata =
        stream ->
            stream
                .info
                .dynamicMetadata()
                .merge(
                    "ns",
                    Value.MapValue.EMPTY
                        .with("text", Value.of("t"))
                        .with("number", Value.of(1.5))
                        .with("flag", Value.of(true))
                        .with("nothing", Value.NULL)
                        .with("list", Value.list(java.util.List.of(Value.of("a"), Value.of("b"))))
                        .with("map", Value.MapValue.EMPTY.with("deep", Value.of("d"))));
    String base = "metadata|filter_metadata|ns|";
    assertThat(property(base + "text", "proxy_on_request_headers", metadata)).isEqualTo("0:t");
    assertThat(hex(property(base + "number", "proxy_on_request_headers", metadata)))
        .isEqualTo("0:~00~00~00~00~00~00~f8?");
    assertThat(hex(property(base + "flag", "proxy_on_request_headers", metadata)))
        .isEqualTo("0:~01");
    assertThat(property(base + "nothing", "proxy_on_request_headers", metadata)).isEqualTo("3");
    assertThat(property(base + "list|1", "proxy_on_request_headers", metadata)).isEqualTo("0:b");
    assertThat(property(base + "list|2", "proxy_on_request_headers", metadata)).isEqualTo("1");
    assertThat(property(base + "map|deep", "proxy_on_request_headers", metadata)).isEqualTo("0:d");
    assertThat(hex(property(base + "map", "proxy_on_request_headers", metadata)))
        .isEqualTo("0:~01~00~00~00~04~00~00~00~01~00~00~00deep~00d~00");
    assertThat(property("metadata|filter_metadata|no", "proxy_on_request_headers", metadata))
        .isEqualTo("1");
  }

  @Test
  void storesPropertiesInFilterState() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code -> {
                  code.host("proxy_set_property", "mine", "value");
                  read(code, "mine");
                  read(code, "filter_state|wasm.mine");
                  code.host("proxy_set_property", "a\0b", "nested");
                  read(code, "a|b");
                  read(code, "mine|");
                  code.host("proxy_set_property", "request\0path", "/hack");
                  read(code, "request|path");
                  code.host("proxy_set_property", "far", 0x7fffff00, 4);
                  code.host("proxy_set_property", 0x7fffff00, 4, "x");
                });
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      FilterHarness stream = plugin.stream().get("/p");
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("value");
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("value");
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("nested");
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("value");
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("/p");
      assertThat(plugin.next()).isEqualTo(6);
      assertThat(plugin.next()).isEqualTo(6);
      assertThat(stream.info.filterState().get("wasm.mine")).isNotNull();
    }
  }

  @Test
  void declaredPropertiesKeepTheirRules() {
    // DeclarePropertyArguments{name: "once", readonly: true}
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_configure",
                code ->
                    code.host(
                            "proxy_call_foreign_function",
                            "declare_property",
                            "\n\4once\20\1",
                            0,
                            0)
                        .host(
                            "proxy_call_foreign_function",
                            "declare_property",
                            "\n\4once\20\1",
                            new Out(0),
                            new Out(1))
                        .keep(0))
            .on(
                "proxy_on_request_headers",
                code ->
                    code.host("proxy_set_property", "once", "1")
                        .host("proxy_set_property", "once", "2"));
    try (TestPlugin plugin = TestPlugin.of(ChicoryRuntime.Mode.LINKED, guest, _ -> {})) {
      plugin.stream().get("/");
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isEqualTo(2);
      assertThat(plugin.nextText()).isEmpty();
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).as("a read-only one of a stream is set again").isZero();
    }
  }

  @Test
  void rootContextsKnowThePluginAndTheNode() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_configure",
                code -> {
                  read(code, "plugin_name");
                  read(code, "plugin_root_id");
                  read(code, "plugin_vm_id");
                  read(code, "xds|node|id");
                  read(code, "request|path");
                  code.host("proxy_set_property", "mine", "v");
                });
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      for (String expected : new String[] {"test", "root", "vm", "node"}) {
        assertThat(plugin.next()).isZero();
        assertThat(plugin.nextText()).isEqualTo(expected);
      }
      assertThat(plugin.next()).isEqualTo(1);
      plugin.nextText();
      assertThat(plugin.next()).isEqualTo(1);
    }
  }

  @Test
  void rootsOfOlderHostsAreThereWhenAnOperatorWantsThem() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_configure",
                code -> {
                  read(code, "node|id");
                  read(code, "node|cluster");
                });
    var worker = new FakeWorker();
    FakeContext context = TestPlugin.context(worker);
    context.runtime.put("weir.wasm.test.older_properties", 1L);
    try (TestPlugin plugin =
        TestPlugin.load(
            TestPlugin.host(ChicoryRuntime.Mode.LINKED),
            worker,
            context,
            TestPlugin.settings(guest.build()))) {
      for (String expected : new String[] {"node", "cluster"}) {
        assertThat(plugin.next()).isZero();
        assertThat(plugin.nextText()).isEqualTo(expected);
      }
    }
  }
}
