package io.weir.proxy.filter.headermutation;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes header mutation filters. */
public final class HeaderMutationFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.header_mutation";
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
        "envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute");
  }

  @Override
  public boolean upstream() {
    return true;
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    int before = context.problems().count();
    HeaderMutation message = context.unpack(config, HeaderMutation.getDefaultInstance());
    if (message == null) {
      return null;
    }
    Mutations mutations = MutationsLoader.load(message.getMutations(), context);
    boolean specificWins = message.getMostSpecificHeaderMutationsWins();
    return context.problems().count() > before
        ? null
        : _ -> callbacks -> new HeaderMutationFilter(callbacks, mutations, specificWins);
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    HeaderMutationPerRoute message =
        context.unpack(config, HeaderMutationPerRoute.getDefaultInstance());
    return message == null ? null : MutationsLoader.load(message.getMutations(), context);
  }
}
