package io.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.testkit.FilterHarness;
import io.weir.wasm.guest.Code.Out;
import io.weir.wasm.guest.GuestBuilder;
import io.weir.wasm.vm.ChicoryRuntime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeaderFunctionsTest {
  private static final int FAR = 0x7fffff00;

  /** As Envoy's header maps do, found by adding each known name twice there. */
  @Test
  void repetitionsOfInlineFieldsAreJoined() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code ->
                    code.host("proxy_add_header_map_value", 0, "User-Agent", "two")
                        .host("proxy_add_header_map_value", 0, ":path", "/b")
                        .host("proxy_add_header_map_value", 0, "x-a", "2")
                        .host("proxy_add_header_map_value", 0, "cookie", "b=2")
                        .host("proxy_add_header_map_value", 0, "Host", "other")
                        .host("proxy_get_header_map_value", 0, "host", new Out(0), new Out(1))
                        .keep(0));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      HeaderMap headers =
          plugin.stream()
              .get("/a", "user-agent", "one", "x-a", "1", "cookie", "a=1")
              .request
              .headers;
      plugin.again(6);
      assertThat(plugin.nextText()).isEqualTo("example.com,other");
      assertThat(headers.getAll(HeaderName.USER_AGENT)).containsExactly("one,two");
      assertThat(headers.getAll(HeaderName.PATH)).containsExactly("/a,/b");
      assertThat(headers.getAll(HeaderName.of("x-a"))).containsExactly("1", "2");
      assertThat(headers.getAll(HeaderName.of("cookie"))).containsExactly("a=1", "b=2");
      assertThat(headers.contains("host")).isFalse();
    }
  }

  @Test
  void hostIsAnotherNameOfTheAuthority() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code ->
                    code.host("proxy_replace_header_map_value", 0, "host", "new")
                        .host("proxy_get_header_map_value", 0, ":authority", new Out(0), new Out(1))
                        .keep(0));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      HeaderMap headers = plugin.stream().get("/", ":authority", "old").request.headers;
      plugin.again(2);
      assertThat(plugin.nextText()).isEqualTo("new");
      assertThat(headers.getAll(HeaderName.AUTHORITY)).containsExactly("new");
      assertThat(headers.contains("host")).isFalse();
    }
  }

  @Test
  void aContextIsToldOfBeforeItsMessageIsThere() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_context_create",
                code -> code.host("proxy_get_header_map_value", 0, "x-a", new Out(0), new Out(1)));
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      plugin.stream().get("/", "x-a", "1");
      assertThat(plugin.next()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsAndChangesRequestHeaders(ChicoryRuntime.Mode mode) {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code ->
                    code.keepArg(1)
                        .keepArg(2)
                        .host("proxy_get_header_map_value", 0, "X-A", new Out(0), new Out(1))
                        .keep(0)
                        .host("proxy_get_header_map_value", 0, "nope", new Out(0), new Out(1))
                        .host("proxy_get_header_map_value", 0, FAR, 3, new Out(0), new Out(1))
                        .host("proxy_get_header_map_value", 0, "x-a", FAR, new Out(1))
                        .host("proxy_get_header_map_value", 9, "x-a", new Out(0), new Out(1))
                        .host("proxy_get_header_map_value", 2, "x-a", new Out(0), new Out(1))
                        .host("proxy_add_header_map_value", 0, "X-New", "1")
                        .host("proxy_replace_header_map_value", 0, "x-a", "two")
                        .host("proxy_remove_header_map_value", 0, "x-b")
                        .host("proxy_get_header_map_size", 0, new Out(0))
                        .keepNumber(0));
    try (TestPlugin plugin = TestPlugin.of(mode, guest, _ -> {})) {
      FilterHarness stream = plugin.stream().get("/p", "x-a", "one", "x-b", "b");
      assertThat(plugin.vm().failure()).isNull();
      assertThat(plugin.next()).isEqualTo(6);
      assertThat(plugin.next()).isEqualTo(1);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.nextText()).isEqualTo("one");
      assertThat(plugin.next()).isEqualTo(1);
      assertThat(plugin.next()).isEqualTo(6);
      assertThat(plugin.next()).isEqualTo(6);
      assertThat(plugin.next()).isEqualTo(2);
      assertThat(plugin.next()).isEqualTo(2);
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isZero();
      assertThat(plugin.next()).isEqualTo(stream.request.headers.byteLength());
      assertThat(stream.request.headers.get("x-new")).isEqualTo("1");
      assertThat(stream.request.headers.get("x-a")).isEqualTo("two");
      assertThat(stream.request.headers.contains("x-b")).isFalse();
      assertThat(stream.request.ended).isTrue();
    }
  }
}
