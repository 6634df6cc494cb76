package io.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.testkit.FilterHarness;
import io.weir.wasm.guest.Code.Out;
import io.weir.wasm.guest.GuestBuilder;
import io.weir.wasm.vm.ChicoryRuntime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeaderFunctionsTest {
  private static final int FAR = 0x7fffff00;

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
