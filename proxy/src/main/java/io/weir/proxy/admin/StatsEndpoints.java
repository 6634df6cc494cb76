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
    return List.of(
        AdminEndpoint.read("/stats/recentlookups", "names looked up lately (not tracked)", off),
        AdminEndpoint.change("/stats/recentlookups/enable", "not available here", off),
        AdminEndpoint.change("/stats/recentlookups/disable", "not available here", off),
        AdminEndpoint.change("/stats/recentlookups/clear", "not available here", off),
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
    StatsPage page = StatsPage.of(store, request.query(), prometheus);
    return new AdminResponse(
        page.status(), page.contentType(), page.body().getBytes(StandardCharsets.UTF_8));
  }
}
