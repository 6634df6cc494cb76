package io.weir.proxy.filter.customresponse;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.custom_response.v3.CustomResponse;
import io.envoyproxy.envoy.extensions.http.custom_response.local_response_policy.v3.LocalResponsePolicy;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.formatter.Formatter;
import io.weir.proxy.formatter.FormatterLoader;
import io.weir.proxy.formatter.HeaderMutationsLoader;
import io.weir.proxy.matcher.tree.MatchTree;
import io.weir.proxy.matcher.tree.MatchTreeLoader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes filters that replace responses. */
public final class CustomResponseFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.custom_response";
  }

  @Override
  public List<String> configTypes() {
    return List.of(CustomResponse.getDescriptor().getFullName());
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    ResponseRule rule = rule(config, context);
    return rule == null ? null : _ -> callbacks -> new CustomResponseFilter(callbacks, rule);
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    return rule(config, context);
  }

  private static @Nullable ResponseRule rule(Any config, FactoryContext context) {
    CustomResponse message = context.unpack(config, CustomResponse.getDefaultInstance());
    if (message == null) {
      return null;
    }
    if (!message.hasCustomResponseMatcher()) {
      return new ResponseRule(null);
    }
    FactoryContext at =
        context instanceof LoadContext load ? load.at("custom_response_matcher") : context;
    MatchTree<ResponsePolicy> tree =
        new MatchTreeLoader<ResponsePolicy>(CustomResponseFilterFactory::policy)
            .load(message.getCustomResponseMatcher(), at);
    return tree == null ? null : new ResponseRule(tree);
  }

  private static @Nullable ResponsePolicy policy(Any config, FactoryContext context) {
    String type = config.getTypeUrl().substring(config.getTypeUrl().lastIndexOf('/') + 1);
    if (!type.equals(LocalResponsePolicy.getDescriptor().getFullName())) {
      context.problems().add("typed_config", "no response policy is a " + type);
      return null;
    }
    LocalResponsePolicy message = context.unpack(config, LocalResponsePolicy.getDefaultInstance());
    if (message == null) {
      return null;
    }
    int before = context.problems().count();
    byte[] body = message.hasBody() ? context.read(message.getBody(), "body") : new byte[0];
    Formatter format =
        message.hasBodyFormat()
            ? FormatterLoader.forBody(message.getBodyFormat(), context, "body_format")
            : null;
    var headers =
        HeaderMutationsLoader.adding(
            message.getResponseHeadersToAddList(), "response_headers_to_add", context.problems());
    if (body == null || context.problems().count() > before) {
      return null;
    }
    return new ResponsePolicy(
        body,
        new String(body, StandardCharsets.UTF_8),
        format,
        message.getStatusCode().getValue(),
        headers,
        details(message, context));
  }

  private static @Nullable String details(LocalResponsePolicy message, FactoryContext context) {
    if (Boolean.TRUE.equals(context.field(message, "preserve_response_code_details"))) {
      return null;
    }
    return context.field(message, "response_code_details") instanceof String given ? given : "";
  }
}
