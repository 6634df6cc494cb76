package io.weir.proxy.http;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.formatter.HeaderChange;
import io.weir.proxy.formatter.HeaderMutationsLoader;
import java.util.ArrayList;

/** Loads {@code early_header_mutation_extensions}. */
final class EarlyMutationsLoader {
  private EarlyMutationsLoader() {}

  static EarlyMutations load(HttpConnectionManager message, LoadContext context) {
    var steps = new ArrayList<HeaderChange>();
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
        HeaderChange step =
            HeaderMutationsLoader.change(
                config.getMutations(m), at.problems().at("mutations[" + m + "]"));
        if (step != null) {
          steps.add(step);
        }
      }
    }
    return new EarlyMutations(steps);
  }
}
