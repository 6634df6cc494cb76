package io.weir.proxy.router;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.weir.filter.Metadata;
import io.weir.filter.Problems;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.ProtoValues;
import io.weir.proxy.extension.RuntimeFraction;
import io.weir.proxy.formatter.HeaderMutations;
import io.weir.proxy.formatter.HeaderMutationsLoader;
import io.weir.proxy.matcher.HeaderMatcher;
import io.weir.proxy.matcher.MetadataMatcher;
import io.weir.proxy.matcher.QueryParameters;
import io.weir.proxy.matcher.StringMatcher;
import io.weir.proxy.tracing.TracingLoader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles {@code envoy.config.route.v3.Route}. */
final class RouteLoader {
  private RouteLoader() {}

  /** Null when problems were reported. */
  static @Nullable ResolvedRoute load(
      io.envoyproxy.envoy.config.route.v3.Route message,
      VirtualHostLoader.Inherited inherited,
      LoadContext context) {
    Problems problems = context.problems();
    RouteEntry.Condition condition = condition(message.getMatch(), context.at("match"));
    FilterConfigs configs =
        FilterConfigs.load(message.getTypedPerFilterConfigMap(), inherited.configs(), context);
    PathMatch path = condition == null ? null : condition.path();
    var loader = new RouteActionLoader(inherited, configs, path, context);
    RouteAction action = loader.load(message);
    if (condition == null || action == null) {
      return null;
    }
    var entry =
        new RouteEntry(
            message.getName(),
            ProtoValues.of(message.getMetadata()),
            inherited.host(),
            condition,
            action,
            HeaderMutationsLoader.load(
                message.getRequestHeadersToAddList(),
                message.getRequestHeadersToRemoveList(),
                "request",
                problems),
            HeaderMutationsLoader.load(
                message.getResponseHeadersToAddList(),
                message.getResponseHeadersToRemoveList(),
                "response",
                problems),
            configs,
            message.hasPerRequestBufferLimitBytes()
                ? message.getPerRequestBufferLimitBytes().getValue() & 0xffffffffL
                : inherited.bufferLimit(),
            message.getDecorator().getOperation(),
            !message.getDecorator().hasPropagate()
                || message.getDecorator().getPropagate().getValue(),
            message.hasTracing()
                ? TracingLoader.route(message.getTracing(), context.at("tracing"))
                : null,
            message.getStatPrefix());
    return loader.resolve(entry);
  }

  /** The answer to plain requests of a virtual host that requires TLS. */
  static ResolvedRoute tlsRedirect(VirtualHostLoader.Inherited inherited) {
    var any = new PathMatch.Prefix(new byte[0], false);
    var entry =
        new RouteEntry(
            "",
            Metadata.EMPTY,
            inherited.host(),
            RouteEntry.Condition.of(any),
            RedirectAction.TO_TLS,
            HeaderMutations.NONE,
            HeaderMutations.NONE,
            inherited.configs(),
            -1,
            "",
            true,
            null,
            "");
    return new ResolvedRoute(entry, null, null);
  }

  private static RouteEntry.@Nullable Condition condition(RouteMatch match, LoadContext context) {
    Problems problems = context.problems();
    int before = problems.count();
    PathMatch path = path(match, context);
    var metadata = new ArrayList<MetadataMatcher>();
    for (int i = 0; i < match.getDynamicMetadataCount(); i++) {
      MetadataMatcher matcher =
          MetadataMatcher.load(
              match.getDynamicMetadata(i), problems.at("dynamic_metadata[" + i + "]"));
      if (matcher != null) {
        metadata.add(matcher);
      }
    }
    var state = new ArrayList<RouteEntry.FilterStateMatch>();
    for (int i = 0; i < match.getFilterStateCount(); i++) {
      var matcher = match.getFilterState(i);
      Problems at = problems.at("filter_state[" + i + "].string_match");
      StringMatcher text =
          matcher.hasStringMatch() ? StringMatcher.load(matcher.getStringMatch(), at) : null;
      if (text == null) {
        at.add("", "only string_match is implemented", "");
      } else {
        state.add(new RouteEntry.FilterStateMatch(matcher.getKey(), text));
      }
    }
    var tls = match.getTlsContext();
    List<HeaderMatcher> headers =
        HeaderMatcher.loadAll(match.getHeadersList(), "headers", problems);
    var query = QueryParameters.load(match.getQueryParametersList(), "query_parameters", problems);
    List<RouteEntry.CookieMatch> cookies = CookieMatches.load(match, context);
    if (path == null || problems.count() > before) {
      return null;
    }
    return new RouteEntry.Condition(
        path,
        headers,
        query,
        cookies,
        match.hasRuntimeFraction()
            ? RuntimeFraction.of(match.getRuntimeFraction(), context.runtime())
            : null,
        match.hasGrpc(),
        tls.hasPresented() ? tls.getPresented().getValue() : null,
        tls.hasValidated() ? tls.getValidated().getValue() : null,
        List.copyOf(metadata),
        List.copyOf(state));
  }

  private static @Nullable PathMatch path(RouteMatch match, LoadContext context) {
    boolean ignoreCase = match.hasCaseSensitive() && !match.getCaseSensitive().getValue();
    Problems problems = context.problems();
    return switch (match.getPathSpecifierCase()) {
      case PREFIX ->
          new PathMatch.Prefix(PathMatch.bytes(match.getPrefix(), ignoreCase), ignoreCase);
      case PATH -> new PathMatch.Exact(PathMatch.bytes(match.getPath(), ignoreCase), ignoreCase);
      case PATH_SEPARATED_PREFIX ->
          new PathMatch.SeparatedPrefix(
              PathMatch.bytes(match.getPathSeparatedPrefix(), ignoreCase), ignoreCase);
      case SAFE_REGEX -> {
        Pattern pattern =
            StringMatcher.compile(match.getSafeRegex().getRegex(), problems.at("safe_regex.regex"));
        yield pattern == null ? null : new PathMatch.Regex(pattern);
      }
      case CONNECT_MATCHER -> new PathMatch.Connect();
      case PATH_MATCH_POLICY -> template(match.getPathMatchPolicy(), context);
      case PATHSPECIFIER_NOT_SET -> {
        problems.add("", "a route needs a path", "set prefix, path or safe_regex");
        yield null;
      }
    };
  }

  private static @Nullable PathMatch template(TypedExtensionConfig policy, LoadContext context) {
    LoadContext at = context.at("path_match_policy.typed_config");
    if (!policy.getTypedConfig().is(UriTemplateMatchConfig.class)) {
      at.problems()
          .add("", "unknown path matcher " + policy.getName(), "known: the URI template matcher");
      return null;
    }
    var config = at.unpack(policy.getTypedConfig(), UriTemplateMatchConfig.getDefaultInstance());
    UriTemplate template =
        config == null
            ? null
            : UriTemplate.compile(config.getPathTemplate(), at.problems().at("path_template"));
    return template == null ? null : new PathMatch.Template(template);
  }
}
