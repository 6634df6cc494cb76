package io.weir.proxy.router;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.RuntimeFraction;
import io.weir.proxy.formatter.HeaderChange;
import io.weir.proxy.formatter.HeaderMutationsLoader;
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
              !message.getDisableShadowHostSuffixAppend(),
              changes(message, context.at(path)),
              context.field(message, "host_rewrite_literal") instanceof String host
                      && !host.isEmpty()
                  ? host
                  : null));
    }
    return List.copyOf(policies);
  }

  private static List<HeaderChange> changes(RequestMirrorPolicy message, LoadContext context) {
    if (!(context.field(message, "request_headers_mutations") instanceof List<?> items)) {
      return List.of();
    }
    var changes = new ArrayList<HeaderChange>(items.size());
    for (int i = 0; i < items.size(); i++) {
      try {
        HeaderChange change =
            HeaderMutationsLoader.change(
                HeaderMutation.parseFrom(((Message) items.get(i)).toByteString()),
                context.problems().at("request_headers_mutations[" + i + "]"));
        if (change != null) {
          changes.add(change);
        }
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("a message cannot read its own bytes", e);
      }
    }
    return List.copyOf(changes);
  }
}
