package io.weir.proxy.admin;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.weir.proxy.stats.StatsStore;
import io.weir.proxy.stats.StatsVisitor;
import java.util.List;
import java.util.TreeMap;

/** {@code /stats} and what belongs to it. */
final class StatsEndpoints {
  private final StatsStore store;

  StatsEndpoints(StatsStore store) {
    this.store = store;
  }

  List<AdminEndpoint> all() {
    AdminEndpoint.Handler off =
        _ ->
            AdminResponse.text(
                "Lookup tracking is not enabled. Use /stats/recentlookups/enable to enable.\n");
    return List.of(
        AdminEndpoint.read("/stats/recentlookups", "names looked up lately (not tracked)", off),
        AdminEndpoint.change("/stats/recentlookups/enable", "not available here", off),
        AdminEndpoint.change("/stats/recentlookups/disable", "not available here", off),
        AdminEndpoint.change("/stats/recentlookups/clear", "not available here", off),
        AdminEndpoint.read("/stats", "print server stats", this::stats),
        AdminEndpoint.change(
            "/reset_counters",
            "reset all counters to zero",
            _ -> {
              store.resetCounters();
              return AdminResponse.text("OK\n");
            }));
  }

  private AdminResponse stats(AdminRequest request) {
    Pattern filter;
    try {
      filter = Pattern.compile(request.parameter("filter", ""));
    } catch (PatternSyntaxException e) {
      return AdminResponse.text(400, "Invalid re2 regex");
    }
    boolean usedOnly = request.has("usedonly");
    var lines = new TreeMap<String, Long>();
    store.visit(
        new StatsVisitor() {
          @Override
          public void counter(String name, long value) {
            if (!(usedOnly && value == 0) && filter.matcher(name).find()) {
              lines.put(name, value);
            }
          }

          @Override
          public void gauge(String name, long value) {
            counter(name, value);
          }
        });
    var text = new StringBuilder();
    lines.forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    return AdminResponse.text(text.toString());
  }
}
