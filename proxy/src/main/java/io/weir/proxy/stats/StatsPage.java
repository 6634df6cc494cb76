package io.weir.proxy.stats;

import java.util.Map;

/**
 * An answer of {@code /stats}.
 *
 * @param status of HTTP
 */
public record StatsPage(int status, String contentType, String body) {
  private static final String TEXT = "text/plain; charset=UTF-8";

  /**
   * Answers a request.
   *
   * @param parameters of the query
   * @param prometheus whether the path was {@code /stats/prometheus}
   */
  public static StatsPage of(StatsStore store, Map<String, String> parameters, boolean prometheus) {
    StatsQuery query;
    try {
      query = StatsQuery.parse(parameters, prometheus);
    } catch (StatsQuery.BadQueryException e) {
      return new StatsPage(400, TEXT, String.valueOf(e.getMessage()));
    }
    var snapshot = new StatsSnapshot(store, query);
    return switch (query.format()) {
      case TEXT -> new StatsPage(200, TEXT, TextStats.print(snapshot, query, store.settings()));
      case JSON ->
          new StatsPage(
              200, "application/json", JsonStats.print(snapshot, query, store.settings()));
      case PROMETHEUS ->
          new StatsPage(200, TEXT, PrometheusStats.print(snapshot, query, store.settings()));
      case HTML ->
          new StatsPage(
              200,
              "text/html; charset=UTF-8",
              HtmlStats.print(TextStats.print(snapshot, query, store.settings())));
    };
  }
}
