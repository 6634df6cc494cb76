package io.weir.lua;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.lua.v3.LuaPerRoute;
import io.weir.filter.http.RouteConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What thousands of routes with scripts of their own hold. */
class RouteMemoryTest {
  private static final int ROUTES = 2_000;
  private static final int SCRIPTS = 500;
  private static final long MOST_BYTES = 30L << 20;

  private static LuaPerRoute config(int i) {
    return LuaPerRoute.newBuilder()
        .setSourceCode(
            ScriptHarness.inline(
                """
                local limit = %d
                local function tidy(v) return (v or ""):gsub("%%s+", " "):sub(1, limit) end
                function envoy_on_request(h)
                  local name = h:headers():get("x-name")
                  if name and #name > limit then h:headers():replace("x-name", tidy(name)) end
                end
                function envoy_on_response(h)
                  h:headers():add("x-script", "%d")
                end
                """
                    .formatted(i, i)))
        .build();
  }

  private static long used() {
    var memory = java.lang.management.ManagementFactory.getMemoryMXBean();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return memory.getHeapMemoryUsage().getUsed();
  }

  @Test
  void twoThousandRoutesShareCodeAndHoldStatesOnlyWhereTheyAreUsed() {
    var harness = new ScriptHarness("");
    List<RouteConfig> routes = new ArrayList<>();
    harness.route(config(0));
    long before = used();
    for (int i = 0; i < ROUTES; i++) {
      routes.add(harness.route(config(i % SCRIPTS)));
    }
    assertThat(used() - before).isLessThan(MOST_BYTES);
    assertThat(routes).hasSize(ROUTES).doesNotContainNull();
  }
}
