package io.weir.proxy.filter.headermutation;

import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.RouteConfig;
import io.weir.filter.log.AccessLogger.AccessLogType;
import io.weir.proxy.formatter.FormatContext;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Applies the filter's own mutations, then those of the route's levels. */
final class HeaderMutationFilter implements HttpFilter {
  private final HttpFilterCallbacks callbacks;
  private final Mutations own;
  private final boolean specificWins;

  HeaderMutationFilter(HttpFilterCallbacks callbacks, Mutations own, boolean specificWins) {
    this.callbacks = callbacks;
    this.own = own;
    this.specificWins = specificWins;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    FormatContext context = context(headers, null, null);
    applyAll(Mutations::request, headers, context);
    mutateQuery(headers, context);
    return FilterHeadersStatus.CONTINUE;
  }

  @Override
  public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
    applyAll(Mutations::requestTrailers, trailers, context(callbacks.requestHeaders(), null, null));
    return FilterTrailersStatus.CONTINUE;
  }

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    applyAll(Mutations::response, headers, context(callbacks.requestHeaders(), headers, null));
    return FilterHeadersStatus.CONTINUE;
  }

  @Override
  public FilterTrailersStatus encodeTrailers(HeaderMap trailers) {
    applyAll(
        Mutations::responseTrailers,
        trailers,
        context(callbacks.requestHeaders(), callbacks.responseHeaders(), trailers));
    return FilterTrailersStatus.CONTINUE;
  }

  private FormatContext context(
      @Nullable HeaderMap request, @Nullable HeaderMap response, @Nullable HeaderMap trailers) {
    return new FormatContext(
        request, response, trailers, callbacks.streamInfo(), "", AccessLogType.NotSet);
  }

  // What comes last has the last word: the least specific level unless told otherwise.
  private void applyAll(
      Function<Mutations, List<Mutations.Step>> part, HeaderMap headers, FormatContext context) {
    Mutations.apply(part.apply(own), headers, context);
    List<RouteConfig> levels = callbacks.routeConfigs();
    for (int i = 0; i < levels.size(); i++) {
      int at = specificWins ? i : levels.size() - 1 - i;
      if (levels.get(at) instanceof Mutations level) {
        Mutations.apply(part.apply(level), headers, context);
      }
    }
  }

  private void mutateQuery(HeaderMap headers, FormatContext context) {
    String path = headers.get(HeaderName.PATH);
    List<RouteConfig> levels = callbacks.routeConfigs();
    boolean any = !own.query().isEmpty();
    for (int i = 0; i < levels.size(); i++) {
      any |= levels.get(i) instanceof Mutations level && !level.query().isEmpty();
    }
    if (path == null || !any) {
      return;
    }
    var query = new QueryText(path);
    own.query().forEach(step -> step.apply(query, context));
    for (int i = 0; i < levels.size(); i++) {
      int at = specificWins ? i : levels.size() - 1 - i;
      if (levels.get(at) instanceof Mutations level) {
        level.query().forEach(step -> step.apply(query, context));
      }
    }
    headers.set(HeaderName.PATH, query.toString());
  }
}
