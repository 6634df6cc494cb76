package io.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import io.envoyproxy.envoy.extensions.filters.http.wasm.v3.Wasm;
import io.weir.filter.http.RouteConfig;
import io.weir.filter.testkit.FakeCallbacks;
import io.weir.filter.testkit.FakeContext;
import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import io.weir.wasm.guest.GuestBuilder;
import io.weir.wasm.guest.TestLog;
import io.weir.wasm.vm.ChicoryRuntime;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A plugin of a route's own. */
class RouteConfigTest {
  private final FakeWorker worker = new FakeWorker();
  private final WasmHost host = TestPlugin.host(ChicoryRuntime.Mode.LINKED);

  private RouteConfig route(byte[] code, String configuration) {
    var settings =
        TestPlugin.settings(code).setConfiguration(Any.pack(StringValue.of(configuration)));
    FakeContext context = TestPlugin.context(worker);
    RouteConfig route =
        new WasmHttpFilterFactory(host)
            .loadRoute(Any.pack(Wasm.newBuilder().setConfig(settings).build()), context);
    assertThat(route).as(context.problems.toString()).isNotNull();
    CompletableFuture<Void> warm = route.warm().toCompletableFuture();
    worker.run();
    warm.join();
    route.openWorker(worker);
    return route;
  }

  private static GuestBuilder says(String text) {
    return new GuestBuilder()
        .on("proxy_on_request_headers", code -> code.host("proxy_log", 2, text))
        .on("proxy_on_done", code -> code.host("proxy_log", 2, text + " done"), 1);
  }

  private FilterHarness on(TestPlugin plugin, RouteConfig route) {
    return new FilterHarness(
        callbacks -> {
          ((FakeCallbacks) callbacks).routeConfigs.add(route);
          return plugin.filter.newFilter(callbacks);
        },
        worker);
  }

  @Test
  void anotherModuleRunsOnTheRoute() {
    TestLog.lines().clear();
    try (TestPlugin plugin = TestPlugin.of(host, worker, says("general").build(), _ -> {})) {
      RouteConfig route = route(says("special").build(), "");
      on(plugin, route).get("/").close();
      plugin.stream().get("/").close();
      assertThat(TestLog.lines())
          .filteredOn(line -> line.contains("general") || line.contains("special"))
          .extracting(line -> line.substring(line.indexOf(": ") + 2))
          .containsExactly("special", "special done", "general", "general done");
      route.close();
    }
  }

  @Test
  void theSameModuleWithAnotherConfigurationSharesTheVm() {
    byte[] code = says("shared").build();
    try (TestPlugin plugin = TestPlugin.of(host, worker, code, _ -> {})) {
      var route = (WasmRouteConfig) route(code, "other text");
      PluginOnWorker there = route.on(worker);
      assertThat(there).isNotNull();
      assertThat(there.root()).isNotSameAs(plugin.filter.plugin().root());
      assertThat(there.root().vm()).isSameAs(plugin.vm());
      route.close();
      worker.run();
    }
  }

  @Test
  void aStreamOutlivesItsRoute() {
    TestLog.lines().clear();
    try (TestPlugin plugin = TestPlugin.of(host, worker, says("general").build(), _ -> {})) {
      RouteConfig route = route(says("late").build(), "");
      FilterHarness stream = on(plugin, route).get("/");
      route.close();
      worker.run();
      assertThat(TestLog.lines()).noneMatch(line -> line.endsWith("late done"));
      stream.close();
      assertThat(TestLog.lines()).anyMatch(line -> line.endsWith("late done"));
    }
  }
}
