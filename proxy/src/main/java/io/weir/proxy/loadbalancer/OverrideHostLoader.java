package io.weir.proxy.loadbalancer;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.type.metadata.v3.MetadataKey;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import io.weir.proxy.extension.LoadContext;
import io.weir.xds.codec.MessageTypes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code OverrideHost}, a message that is newer than the message classes. */
final class OverrideHostLoader {
  private static final String TYPE =
      "envoy.extensions.load_balancing_policies.override_host.v3.OverrideHost";

  private OverrideHostLoader() {}

  static @Nullable LoadBalancerPolicy load(
      Any any, LoadBalancerLoader policies, LoadContext context) {
    Message prototype = MessageTypes.prototype(TYPE);
    Message message = prototype == null ? null : context.unpack(any, prototype);
    if (message == null) {
      return null;
    }
    try {
      List<OverrideHostPolicy.Source> sources = sources(message, context);
      LoadBalancerPolicy fallback = null;
      if (field(message, "fallback_policy") instanceof Message given) {
        fallback =
            policies.list(
                LoadBalancingPolicy.parseFrom(given.toByteString()), context.at("fallback_policy"));
      } else {
        context.problems().add("fallback_policy", "is missing", "name a policy");
      }
      return sources == null || fallback == null ? null : new OverrideHostPolicy(sources, fallback);
    } catch (InvalidProtocolBufferException e) {
      context.problems().add("", "unreadable: " + e.getMessage(), "");
      return null;
    }
  }

  private static @Nullable List<OverrideHostPolicy.Source> sources(
      Message message, LoadContext context) throws InvalidProtocolBufferException {
    var sources = new ArrayList<OverrideHostPolicy.Source>();
    if (field(message, "override_host_sources") instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        Message source = (Message) list.get(i);
        String header = field(source, "header") instanceof String text ? text : "";
        Object metadata = field(source, "metadata");
        boolean hasMetadata = metadata instanceof Message && hasField(source, "metadata");
        if (header.isEmpty() == !hasMetadata) {
          context
              .problems()
              .add("override_host_sources[" + i + "]", "needs either header or metadata", "");
          return null;
        }
        if (!header.isEmpty()) {
          sources.add(new OverrideHostPolicy.Source(HeaderName.of(header), "", List.of()));
        } else if (metadata instanceof Message given) {
          MetadataKey key = MetadataKey.parseFrom(given.toByteString());
          sources.add(
              new OverrideHostPolicy.Source(
                  null,
                  key.getKey(),
                  key.getPathList().stream().map(MetadataKey.PathSegment::getKey).toList()));
        }
      }
    }
    return sources;
  }

  private static boolean hasField(Message message, String name) {
    return message.hasField(message.getDescriptorForType().findFieldByName(name));
  }

  private static @Nullable Object field(Message message, String name) {
    var descriptor = message.getDescriptorForType().findFieldByName(name);
    if (descriptor == null
        || !descriptor.isRepeated() && descriptor.hasPresence() && !message.hasField(descriptor)) {
      return null;
    }
    return message.getField(descriptor);
  }
}
