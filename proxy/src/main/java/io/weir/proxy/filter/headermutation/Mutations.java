package io.weir.proxy.filter.headermutation;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.formatter.FormatContext;
import java.util.List;

/** The changes of one level, each in its order. */
record Mutations(
    List<Step> request,
    List<Step> requestTrailers,
    List<Step> response,
    List<Step> responseTrailers,
    List<QueryStep> query)
    implements RouteConfig {

  /** One change of a header map. */
  interface Step {
    void apply(HeaderMap headers, FormatContext context);
  }

  /** One change of the query. */
  interface QueryStep {
    void apply(QueryText query, FormatContext context);
  }

  static void apply(List<Step> steps, HeaderMap headers, FormatContext context) {
    for (int i = 0; i < steps.size(); i++) {
      steps.get(i).apply(headers, context);
    }
  }
}
