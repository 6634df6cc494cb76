package io.weir.lua;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.sun.management.ThreadMXBean;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.filter.testkit.FakeContext;
import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What an execution leaves for the garbage collector, without the filter's own object. */
class GarbageTest {
  private static final int EXECUTIONS = 20_000;
  private static final int MOST_BYTES = 256;

  private static final String COPY =
      """
      function envoy_on_request(h)
        local ua = h:headers():get("user-agent")
        h:headers():add("x-weir", ua)
      end
      """;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final HttpFilter nothing = new HttpFilter() {};

  private final HeaderMap headers =
      FilterHarness.headers(
          ":method", "GET", ":path", "/a/b", ":authority", "h", "user-agent", "perf/1.0 (lua)");

  private final FakeWorker worker = new FakeWorker();
  private final FilterHarness harness = new FilterHarness(callbacks -> nothing, worker);

  private long bytes(HttpFilterWorker filters) {
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < EXECUTIONS; i++) {
      HeaderMap request = headers.copy();
      HttpFilter filter = filters.newFilter(harness.callbacks);
      filter.decodeHeaders(request, true);
      filter.onDestroy();
    }
    return (threads.getCurrentThreadAllocatedBytes() - before) / EXECUTIONS;
  }

  @Test
  void copyingAHeaderAllocatesNextToNothing() {
    var context = new FakeContext(worker);
    context.reader = message -> COPY.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    var config =
        Lua.newBuilder().setDefaultSourceCode(ScriptHarness.inline(COPY)).setStatPrefix("a");
    HttpFilterWorker scripted =
        Objects.requireNonNull(new LuaFilterFactory().load(Any.pack(config.build()), context))
            .openWorker(worker);
    HttpFilterWorker copying =
        callbacks ->
            new HttpFilter() {
              @Override
              public io.weir.filter.http.FilterHeadersStatus decodeHeaders(
                  HeaderMap request, boolean endStream) {
                request.add("x-weir", "perf/1.0 (lua)");
                return io.weir.filter.http.FilterHeadersStatus.CONTINUE;
              }
            };
    long script = 0;
    long plain = 0;
    for (int round = 0; round < 6; round++) {
      script = bytes(scripted);
      plain = bytes(copying);
    }
    assertThat(script - plain).isLessThan(MOST_BYTES);
  }
}
