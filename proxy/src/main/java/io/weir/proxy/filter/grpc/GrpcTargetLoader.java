package io.weir.proxy.filter.grpc;

import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.weir.filter.Problems;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.formatter.SubstitutionFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles {@code envoy.config.core.v3.GrpcService} for filters. */
public final class GrpcTargetLoader {
  private GrpcTargetLoader() {}

  /**
   * @param defaultMillis the timeout when the message sets none
   * @return null when problems were reported
   */
  public static @Nullable GrpcTarget load(
      GrpcService service, long defaultMillis, Problems problems) {
    int before = problems.count();
    if (!service.hasEnvoyGrpc()) {
      problems.add("envoy_grpc", "is missing", "name the service's cluster");
      return null;
    }
    GrpcService.EnvoyGrpc envoy = service.getEnvoyGrpc();
    List<GrpcTarget.Metadatum> metadata = metadata(service.getInitialMetadataList(), problems);
    return problems.count() > before
        ? null
        : new GrpcTarget(
            envoy.getClusterName(),
            envoy.getAuthority().isEmpty() ? envoy.getClusterName() : envoy.getAuthority(),
            metadata,
            !envoy.getSkipEnvoyHeaders(),
            service.hasTimeout() ? Durations.toMillis(service.getTimeout()) : defaultMillis);
  }

  /** Headers whose values may hold operators. */
  public static List<GrpcTarget.Metadatum> metadata(List<HeaderValue> values, Problems problems) {
    List<GrpcTarget.Metadatum> metadata = new ArrayList<>(values.size());
    for (int i = 0; i < values.size(); i++) {
      SubstitutionFormat format =
          SubstitutionFormat.compile(
              values.get(i).getValue(), problems.at("initial_metadata[" + i + "].value"));
      if (format != null) {
        metadata.add(new GrpcTarget.Metadatum(HeaderName.of(values.get(i).getKey()), format));
      }
    }
    return metadata;
  }
}
