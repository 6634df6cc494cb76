package io.weir.proxy.admin;

import io.weir.proxy.stats.StatsPage;
import io.weir.proxy.stats.StatsStore;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code /stats} and what belongs to it. */
final class StatsEndpoints {
  private final StatsStore store;

  StatsEndpoints(StatsStore store) {
    this.store = store;
  }

  List<AdminEndpoint> all() {
    var parameters =
        new AdminEndpoint.Parameter[] {
          new AdminEndpoint.Parameter("usedonly", "only what was ever written"),
          new AdminEndpoint.Parameter("filter", "regular expression for names"),
          new AdminEndpoint.Parameter("format", "text, json, prometheus or html"),
          new AdminEndpoint.Parameter("type", "Counters, Gauges, Histograms or TextReadouts"),
          new AdminEndpoint.Parameter(
              "histogram_buckets", "cumulative, disjoint, detailed or summary"),
        };
    AdminEndpoint.Handler off =
        _ ->
            AdminResponse.text(
                "Lookup tracking is not enabled. Use /stats/recentlookups/enable to enable.\n");
    AdminEndpoint.Handler ok = _ -> AdminResponse.text("OK\n");
    return List.of(
        AdminEndpoint.read("/stats/recentlookups", "names looked up lately (not tracked)", off),
        AdminEndpoint.change("/stats/recentlookups/enable", "no effect here", ok),
        AdminEndpoint.change("/stats/recentlookups/disable", "no effect here", ok),
        AdminEndpoint.change("/stats/recentlookups/clear", "no effect here", ok),
        AdminEndpoint.read("/stats", "print server stats", request -> page(request, false))
            .with(parameters),
        AdminEndpoint.read(
                "/stats/prometheus",
                "print server stats in prometheus format",
                request -> page(request, true))
            .with(parameters),
        AdminEndpoint.change(
            "/reset_counters",
            "reset all counters to zero",
            _ -> {
              store.resetCounters();
              return AdminResponse.text("OK\n");
            }));
  }

  private AdminResponse page(AdminRequest request, boolean prometheus) {
    String hidden = request.parameter("hidden", "exclude");
    if (!prometheus && !List.of("include", "only", "exclude").contains(hidden)) {
      return AdminResponse.text(400, "usage: /stats?hidden=(include|only|exclude)\n\n");
    }
    StatsPage page = StatsPage.of(store, request.query(), prometheus);
    return new AdminResponse(
        page.status(), page.contentType(), page.body().getBytes(StandardCharsets.UTF_8));
  }
}
