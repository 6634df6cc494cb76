package io.weir.proxy.filter.rbac;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC.EnforcementType;
import io.weir.filter.FactoryContext;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.network.rbac}. */
public final class NetworkRbacFactory implements NetworkFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.network.rbac";
  }

  @Override
  public List<String> configTypes() {
    return List.of(RBAC.getDescriptor().getFullName());
  }

  @Override
  public @Nullable NetworkFilterConfig load(Any config, FactoryContext context) {
    RBAC message = context.unpack(config, RBAC.getDefaultInstance());
    if (message == null) {
      return null;
    }
    int before = context.problems().count();
    refuseHeaders(message.getRules(), "rules", context);
    refuseHeaders(message.getShadowRules(), "shadow_rules", context);
    Engine rules =
        message.hasMatcher()
            ? EngineLoader.matcher(message.getMatcher(), context)
            : message.hasRules()
                ? EngineLoader.policies(message.getRules(), "rules", context)
                : null;
    Engine shadow =
        message.hasShadowMatcher()
            ? EngineLoader.matcher(message.getShadowMatcher(), context)
            : message.hasShadowRules()
                ? EngineLoader.policies(message.getShadowRules(), "shadow_rules", context)
                : null;
    if (context.problems().count() > before) {
      return null;
    }
    String prefix = message.getStatPrefix();
    return new NetworkRbacConfig(
        rules,
        shadow,
        (prefix.endsWith(".") ? prefix : prefix + ".") + "rbac.",
        message.getShadowRulesStatPrefix(),
        message.getEnforcementType() == EnforcementType.CONTINUOUS,
        Durations.toMillis(message.getDelayDeny()));
  }

  /** A connection has no headers: a rule about them would never be what its author thinks. */
  private static void refuseHeaders(Message rules, String field, FactoryContext context) {
    if (names(rules, HeaderMatcher.getDescriptor())) {
      context
          .problems()
          .add(
              field,
              "a rule about headers, which a connection does not have",
              "use envoy.filters.http.rbac for it");
    }
  }

  private static boolean names(Object value, Descriptor type) {
    return switch (value) {
      case Message message ->
          message.getDescriptorForType() == type
              || message.getAllFields().values().stream().anyMatch(field -> names(field, type));
      case List<?> list -> list.stream().anyMatch(element -> names(element, type));
      default -> false;
    };
  }
}
