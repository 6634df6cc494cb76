package io.weir.proxy.filter.grpcstats;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.GrpcMethodList;
import io.envoyproxy.envoy.extensions.filters.http.grpc_stats.v3.FilterConfig;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.proxy.filter.grpc.GrpcMethod;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.http.grpc_stats}. */
public final class GrpcStatsFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.grpc_stats";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.filters.http.grpc_stats.v3.FilterConfig");
  }

  /**
   * What is counted.
   *
   * @param allMethods each method by itself
   * @param methods those that are counted by themselves
   * @param dotless underscores for dots in the service's name
   */
  record Settings(
      boolean filterState,
      boolean allMethods,
      Set<GrpcMethod> methods,
      boolean upstreamTime,
      boolean dotless) {

    @Nullable GrpcMethod named(GrpcMethod method) {
      return allMethods || methods.contains(method) ? method : null;
    }
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    FilterConfig message = context.unpack(config, FilterConfig.getDefaultInstance());
    if (message == null) {
      return null;
    }
    var methods = new HashSet<GrpcMethod>();
    for (GrpcMethodList.Service service :
        message.getIndividualMethodStatsAllowlist().getServicesList()) {
      service
          .getMethodNamesList()
          .forEach(method -> methods.add(new GrpcMethod(service.getName(), method)));
    }
    var settings =
        new Settings(
            message.getEmitFilterState(),
            message.getStatsForAllMethods().getValue(),
            Set.copyOf(methods),
            message.getEnableUpstreamStats(),
            message.getReplaceDotsInGrpcServiceName());
    return worker -> callbacks -> new GrpcStatsFilter(callbacks, settings);
  }
}
