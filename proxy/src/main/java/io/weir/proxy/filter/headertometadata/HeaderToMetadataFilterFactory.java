package io.weir.proxy.filter.headertometadata;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes filters that turn headers and cookies into dynamic metadata. */
public final class HeaderToMetadataFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.header_to_metadata";
  }

  @Override
  public List<String> configTypes() {
    return List.of(Config.getDescriptor().getFullName());
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    MetadataRules rules = rules(config, context, false);
    return rules == null
        ? null
        : worker -> {
          rules.openWorker(worker);
          return callbacks -> new HeaderToMetadataFilter(callbacks, rules);
        };
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    return rules(config, context, true);
  }

  private static @Nullable MetadataRules rules(Any config, FactoryContext context, boolean route) {
    Config message = context.unpack(config, Config.getDefaultInstance());
    if (message == null) {
      return null;
    }
    int before = context.problems().count();
    if (route && message.getRequestRulesCount() + message.getResponseRulesCount() == 0) {
      context.problems().add("", "has no rules", "set request_rules or response_rules");
    }
    var loader = new RuleLoader(context);
    List<MetadataRule> request = loader.load(message.getRequestRulesList(), "request_rules");
    List<MetadataRule> response = loader.load(message.getResponseRulesList(), "response_rules");
    String prefix =
        context.field(message, "stat_prefix") instanceof String text && !text.isEmpty()
            ? "http_filter_name." + text + "."
            : "";
    return context.problems().count() > before
        ? null
        : new MetadataRules(request, response, prefix, context.workers().all().size());
  }
}
