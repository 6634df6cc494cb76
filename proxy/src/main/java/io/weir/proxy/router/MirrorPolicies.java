package io.weir.proxy.router;

import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.RuntimeFraction;
import java.util.ArrayList;
import java.util.List;

/** Compiles {@code request_mirror_policies}. */
final class MirrorPolicies {
  private MirrorPolicies() {}

  static List<MirrorPolicy> load(
      List<RequestMirrorPolicy> messages, boolean validateClusters, LoadContext context) {
    var policies = new ArrayList<MirrorPolicy>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      RequestMirrorPolicy message = messages.get(i);
      String path = "request_mirror_policies[" + i + "]";
      if (message.getCluster().isEmpty() == message.getClusterHeader().isEmpty()) {
        context.problems().add(path, "needs either cluster or cluster_header", "");
        continue;
      }
      if (validateClusters
          && !message.getCluster().isEmpty()
          && !context.hasCluster(message.getCluster())) {
        context.problems().add(path + ".cluster", "unknown cluster " + message.getCluster(), "");
      }
      policies.add(
          new MirrorPolicy(
              message.getCluster(),
              message.getClusterHeader().isEmpty()
                  ? null
                  : HeaderName.of(message.getClusterHeader()),
              message.hasRuntimeFraction()
                  ? RuntimeFraction.of(message.getRuntimeFraction(), context.runtime())
                  : null,
              !message.getDisableShadowHostSuffixAppend()));
    }
    return List.copyOf(policies);
  }
}
