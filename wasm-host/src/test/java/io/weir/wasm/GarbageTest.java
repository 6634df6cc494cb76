package io.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.testkit.FilterHarness;
import io.weir.wasm.guest.Code.Out;
import io.weir.wasm.guest.Code.Ref;
import io.weir.wasm.guest.GuestBuilder;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What a header callback of linked code costs in garbage: nothing of the host's. */
class GarbageTest {
  private static final int ROUNDS = 2000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void copyingAHeaderMakesNoGarbage() {
    var guest =
        new GuestBuilder()
            .on(
                "proxy_on_request_headers",
                code -> {
                  code.hostVoid(
                          "proxy_get_header_map_value", 0, "user-agent", new Out(0), new Out(1))
                      .drop();
                  code.hostVoid(
                          "proxy_replace_header_map_value", 0, "x-weir", new Ref(0), new Ref(1))
                      .drop();
                });
    try (TestPlugin plugin = TestPlugin.of(guest)) {
      FilterHarness stream = plugin.stream();
      HeaderMap headers =
          FilterHarness.headers(":path", "/", "user-agent", "curl/8", "x-weir", "......");
      stream.request(false, ":path", "/", "user-agent", "curl/8", "x-weir", "......");
      var filter = plugin.filter.newFilter(stream.callbacks);
      long least = Long.MAX_VALUE;
      for (int run = 0; run < 10; run++) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
          filter.decodeHeaders(headers, false);
        }
        least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least / (double) ROUNDS).as("bytes for each callback").isLessThan(1);
    }
  }
}
