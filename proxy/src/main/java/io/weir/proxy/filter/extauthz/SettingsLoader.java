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
import io.weir.filter.Value;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.extension.RuntimeFraction;
import io.weir.proxy.filter.extauthz.AuthzSettings.BodyLimit;
import io.weir.proxy.filter.extauthz.HttpAuthz.AddedHeader;
import io.weir.proxy.filter.grpc.GrpcTarget;
import io.weir.proxy.filter.grpc.GrpcTargetLoader;
import io.weir.proxy.filter.headermutation.MutationRules;
import io.weir.proxy.matcher.MetadataMatcher;
import io.weir.proxy.matcher.StringMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Compiles {@code ExtAuthz}. */
final class SettingsLoader {
  private static final int FORBIDDEN = 403;
  private static final long DEFAULT_TIMEOUT_MILLIS = 200;
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
    AuthzService service =
        switch (message.getServicesCase()) {
          case HTTP_SERVICE -> http(message, message.getHttpService());
          case GRPC_SERVICE -> grpc(message);
          case SERVICES_NOT_SET -> {
            problems.add("grpc_service", "is missing", "set grpc_service or http_service");
            yield null;
          }
        };
    MetadataMatcher enabledBy =
        message.hasFilterEnabledMetadata()
            ? MetadataMatcher.load(
                message.getFilterEnabledMetadata(), problems.at("filter_enabled_metadata"))
            : null;
    MutationRules rules =
        message.hasDecoderHeaderMutationRules()
            ? MutationRules.load(
                message.getDecoderHeaderMutationRules(),
                problems.at("decoder_header_mutation_rules"))
            : null;
    return service == null || problems.count() > before
        ? null
        : settings(message, service, enabledBy, rules);
  }

  private AuthzSettings settings(
      ExtAuthz message,
      AuthzService service,
      @Nullable MetadataMatcher enabledBy,
      @Nullable MutationRules rules) {
    Runtime runtime = Runtime.of(context);
    int error = message.getStatusOnError().getCodeValue();
    String scope =
        "ext_authz." + (message.getStatPrefix().isEmpty() ? "" : message.getStatPrefix() + ".");
    return new AuthzSettings(
        service,
        message.hasWithRequestBody() ? body(message.getWithRequestBody()) : null,
        message.getFailureModeAllow(),
        message.getFailureModeAllowHeaderAdd(),
        error == 0 ? FORBIDDEN : error,
        message.getValidateMutations(),
        rules,
        !message.hasEnableDynamicMetadataIngestion()
            || message.getEnableDynamicMetadataIngestion().getValue(),
        message.getClearRouteCache(),
        message.hasFilterEnabled()
            ? RuntimeFraction.of(message.getFilterEnabled(), runtime)
            : RuntimeFraction.ALWAYS,
        enabledBy,
        flag(message.getDenyAtDisable(), runtime),
        context.field(message, "max_denied_response_body_bytes") instanceof Integer bytes
            ? Integer.toUnsignedLong(bytes)
            : 0,
        context.statPrefix() + scope,
        "." + scope);
  }

  @SuppressWarnings("deprecation") // authorization_request.allowed_headers is deprecated, not gone
  private AuthzService http(ExtAuthz message, HttpService service) {
    if (!service.getPathPrefix().isEmpty() && !service.getPathPrefix().startsWith("/")) {
      problems.add("http_service.path_prefix", "does not begin with a slash");
    }
    AuthorizationRequest request = service.getAuthorizationRequest();
    AuthorizationResponse response = service.getAuthorizationResponse();
    Problems answers = problems.at("http_service.authorization_response");
    return new HttpAuthz(
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
        names(response.getDynamicMetadataFromHeaders(), answers, "dynamic_metadata_from_headers"));
  }

  private @Nullable AuthzService grpc(ExtAuthz message) {
    GrpcTarget target =
        GrpcTargetLoader.load(
            message.getGrpcService(), DEFAULT_TIMEOUT_MILLIS, problems.at("grpc_service"));
    return target == null
        ? null
        : new GrpcAuthz(
            target,
            names(message.getAllowedHeaders(), List.of(), problems.at("allowed_headers")),
            names(message.getDisallowedHeaders(), List.of(), problems.at("disallowed_headers")),
            new GrpcAuthz.MetadataContext(
                List.copyOf(message.getMetadataContextNamespacesList()),
                List.copyOf(message.getTypedMetadataContextNamespacesList()),
                List.copyOf(message.getRouteMetadataContextNamespacesList()),
                List.copyOf(message.getRouteTypedMetadataContextNamespacesList())),
            message.getWithRequestBody().getPackAsBytes(),
            message.getEncodeRawHeaders(),
            message.getIncludePeerCertificate(),
            message.getIncludeTlsSession(),
            labels(message.getBootstrapMetadataLabelsKey()));
  }

  /** Texts of the node's metadata below a key. */
  private Map<String, String> labels(String key) {
    Map<String, String> labels = new LinkedHashMap<>();
    if (!key.isEmpty()
        && context.node().metadata().get(key) instanceof Value.MapValue(Map<String, Value> all)) {
      all.forEach(
          (name, value) -> {
            if (value instanceof Value.StringValue(String text)) {
              labels.put(name, text);
            }
          });
    }
    return labels;
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
