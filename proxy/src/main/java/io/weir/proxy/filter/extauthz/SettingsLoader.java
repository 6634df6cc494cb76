package io.weir.proxy.filter.extauthz;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.RuntimeFeatureFlag;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.AuthorizationRequest;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.AuthorizationResponse;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.BufferSettings;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.HttpService;
import io.envoyproxy.envoy.type.matcher.v3.ListStringMatcher;
import io.weir.filter.FactoryContext;
import io.weir.filter.Problems;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.extension.RuntimeFraction;
import io.weir.proxy.filter.extauthz.AuthzSettings.AddedHeader;
import io.weir.proxy.filter.extauthz.AuthzSettings.BodyLimit;
import io.weir.proxy.matcher.MetadataMatcher;
import io.weir.proxy.matcher.StringMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Compiles {@code ExtAuthz}. */
final class SettingsLoader {
  private static final int FORBIDDEN = 403;
  private static final List<String> ALWAYS_TO_SERVICE =
      List.of("authorization", ":method", ":path", ":authority");
  private static final List<String> ALWAYS_TO_CLIENT =
      List.of(":status", "content-length", "www-authenticate", "location");

  private final FactoryContext context;
  private final Problems problems;

  SettingsLoader(FactoryContext context) {
    this.context = context;
    this.problems = context.problems();
  }

  /** Null when problems were reported. */
  @Nullable AuthzSettings load(ExtAuthz message) {
    int before = problems.count();
    if (!message.hasHttpService()) {
      problems.add("http_service", "is missing", "only services over HTTP are implemented");
      return null;
    }
    HttpService service = message.getHttpService();
    if (!service.getPathPrefix().isEmpty() && !service.getPathPrefix().startsWith("/")) {
      problems.add("http_service.path_prefix", "does not begin with a slash");
    }
    MetadataMatcher enabledBy =
        message.hasFilterEnabledMetadata()
            ? MetadataMatcher.load(
                message.getFilterEnabledMetadata(), problems.at("filter_enabled_metadata"))
            : null;
    AuthzSettings settings = settings(message, service, enabledBy);
    return problems.count() > before ? null : settings;
  }

  @SuppressWarnings("deprecation") // authorization_request.allowed_headers is deprecated, not gone
  private AuthzSettings settings(
      ExtAuthz message, HttpService service, @Nullable MetadataMatcher enabledBy) {
    AuthorizationRequest request = service.getAuthorizationRequest();
    AuthorizationResponse response = service.getAuthorizationResponse();
    Problems answers = problems.at("http_service.authorization_response");
    Runtime runtime = Runtime.of(context);
    int error = message.getStatusOnError().getCodeValue();
    return new AuthzSettings(
        service.getServerUri().getCluster(),
        millis(service.getServerUri().getTimeout()),
        service.getPathPrefix(),
        names(
            message.hasAllowedHeaders() ? message.getAllowedHeaders() : request.getAllowedHeaders(),
            ALWAYS_TO_SERVICE,
            problems.at("allowed_headers")),
        names(message.getDisallowedHeaders(), List.of(), problems.at("disallowed_headers")),
        added(request.getHeadersToAddList()),
        names(response.getAllowedUpstreamHeaders(), answers, "allowed_upstream_headers"),
        names(
            response.getAllowedUpstreamHeadersToAppend(),
            answers,
            "allowed_upstream_headers_to_append"),
        clientNames(response.getAllowedClientHeaders(), answers.at("allowed_client_headers")),
        names(
            response.getAllowedClientHeadersOnSuccess(),
            answers,
            "allowed_client_headers_on_success"),
        names(response.getDynamicMetadataFromHeaders(), answers, "dynamic_metadata_from_headers"),
        message.hasWithRequestBody() ? body(message.getWithRequestBody()) : null,
        message.getFailureModeAllow(),
        message.getFailureModeAllowHeaderAdd(),
        error == 0 ? FORBIDDEN : error,
        message.getClearRouteCache(),
        message.hasFilterEnabled()
            ? RuntimeFraction.of(message.getFilterEnabled(), runtime)
            : RuntimeFraction.ALWAYS,
        enabledBy,
        flag(message.getDenyAtDisable(), runtime),
        !message.hasChargeClusterResponseStats()
            || message.getChargeClusterResponseStats().getValue(),
        context.statPrefix()
            + "ext_authz."
            + (message.getStatPrefix().isEmpty() ? "" : message.getStatPrefix() + "."));
  }

  private static BooleanSupplier flag(RuntimeFeatureFlag flag, Runtime runtime) {
    String key = flag.getRuntimeKey();
    boolean otherwise = flag.getDefaultValue().getValue();
    return () -> runtime.flag(key, otherwise);
  }

  static BodyLimit body(BufferSettings settings) {
    return new BodyLimit(settings.getMaxRequestBytes(), settings.getAllowPartialMessage());
  }

  private static long millis(Duration duration) {
    return duration.getSeconds() * 1_000 + duration.getNanos() / 1_000_000;
  }

  private static List<AddedHeader> added(List<HeaderValue> headers) {
    return headers.stream()
        .map(header -> new AddedHeader(HeaderName.of(header.getKey()), header.getValue()))
        .toList();
  }

  private static HeaderNames names(ListStringMatcher list, Problems at, String field) {
    return names(list, List.of(), at.at(field));
  }

  /** An empty list stands for all headers. */
  private static HeaderNames clientNames(ListStringMatcher list, Problems at) {
    return list.getPatternsCount() == 0
        ? new HeaderNames(List.of())
        : names(list, ALWAYS_TO_CLIENT, at);
  }

  private static HeaderNames names(ListStringMatcher list, List<String> always, Problems at) {
    var matchers = new ArrayList<StringMatcher>();
    always.forEach(name -> matchers.add(StringMatcher.exact(name, false)));
    for (int i = 0; i < list.getPatternsCount(); i++) {
      StringMatcher matcher = StringMatcher.load(list.getPatterns(i), at.at("patterns[" + i + "]"));
      if (matcher != null) {
        matchers.add(matcher);
      }
    }
    return new HeaderNames(matchers);
  }
}
