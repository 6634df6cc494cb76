package io.weir.proxy.http;

import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.formatter.HeaderMutations;
import io.weir.proxy.formatter.HeaderMutationsLoader;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Loads {@code early_header_mutation_extensions}. */
final class EarlyMutationsLoader {
  private EarlyMutationsLoader() {}

  static EarlyMutations load(HttpConnectionManager message, LoadContext context) {
    var steps = new ArrayList<EarlyMutations.Step>();
    for (int i = 0; i < message.getEarlyHeaderMutationExtensionsCount(); i++) {
      var extension = message.getEarlyHeaderMutationExtensions(i);
      LoadContext at = context.at("early_header_mutation_extensions[" + i + "].typed_config");
      var type =
          io.envoyproxy.envoy.extensions.http.early_header_mutation.header_mutation.v3
              .HeaderMutation.class;
      if (!extension.getTypedConfig().is(type)) {
        at.problems().add("", "unknown early header mutation", "known: header_mutation");
        continue;
      }
      var config =
          at.unpack(
              extension.getTypedConfig(),
              io.envoyproxy.envoy.extensions.http.early_header_mutation.header_mutation.v3
                  .HeaderMutation.getDefaultInstance());
      for (int m = 0; config != null && m < config.getMutationsCount(); m++) {
        EarlyMutations.Step step = step(config.getMutations(m), at.at("mutations[" + m + "]"));
        if (step != null) {
          steps.add(step);
        }
      }
    }
    return new EarlyMutations(steps);
  }

  private static EarlyMutations.@Nullable Step step(HeaderMutation mutation, LoadContext context) {
    return switch (mutation.getActionCase()) {
      case REMOVE -> {
        String name = mutation.getRemove();
        if (name.startsWith(":") || name.equalsIgnoreCase("host")) {
          context.problems().add("remove", "pseudo-headers and host cannot be removed");
          yield null;
        }
        HeaderName header = HeaderName.of(name);
        yield (headers, _) -> headers.remove(header);
      }
      case APPEND -> {
        HeaderMutations one =
            HeaderMutationsLoader.one(mutation.getAppend(), context.problems().at("append"));
        yield one::apply;
      }
      case ACTION_NOT_SET -> {
        context.problems().add("", "no action is given", "set append or remove");
        yield null;
      }
    };
  }
}
