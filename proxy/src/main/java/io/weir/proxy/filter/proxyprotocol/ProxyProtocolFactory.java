package io.weir.proxy.filter.proxyprotocol;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import io.envoyproxy.envoy.config.core.v3.ProxyProtocolConfig.Version;
import io.envoyproxy.envoy.config.core.v3.ProxyProtocolPassThroughTLVs;
import io.envoyproxy.envoy.config.core.v3.ProxyProtocolPassThroughTLVs.PassTLVsMatchType;
import io.weir.filter.FactoryContext;
import io.weir.filter.WorkerLocal;
import io.weir.filter.network.ListenerFilterConfig;
import io.weir.filter.network.ListenerFilterFactory;
import io.weir.proxy.cluster.ProxyHeader.Passed;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.listener.proxy_protocol}. */
public final class ProxyProtocolFactory implements ListenerFilterFactory {
  private static final String NAME = "envoy.filters.listener.proxy_protocol";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol");
  }

  @Override
  public @Nullable ListenerFilterConfig load(Any config, FactoryContext context) {
    var message =
        context.unpack(
            config,
            io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol
                .getDefaultInstance());
    if (message == null) {
      return null;
    }
    List<ProxyProtocolConfig.Rule> rules =
        message.getRulesList().stream()
            .map(
                rule -> {
                  String namespace = rule.getOnTlvPresent().getMetadataNamespace();
                  return new ProxyProtocolConfig.Rule(
                      rule.getTlvType(),
                      namespace.isEmpty() ? NAME : namespace,
                      rule.getOnTlvPresent().getKey());
                })
            .toList();
    Set<Integer> disallowed = new LinkedHashSet<>();
    for (Version version : message.getDisallowedVersionsList()) {
      disallowed.add(version == Version.V1 ? 1 : 2);
    }
    if (disallowed.size() == 2) {
      context.problems().add("disallowed_versions", "every version is disallowed");
    }
    String own = message.getStatPrefix();
    String statPrefix = "proxy_proto." + (own.isEmpty() || own.endsWith(".") ? own : own + ".");
    var stats = new WorkerLocal<>(worker -> new ProxyProtocolStats(worker.stats(), statPrefix));
    context.workers().prepare(stats);
    return new ProxyProtocolConfig(
        rules,
        message.getAllowRequestsWithoutProxyProtocol(),
        disallowed,
        message.hasPassThroughTlvs() ? passThrough(message.getPassThroughTlvs()) : Passed.NONE,
        context.field(message, "tlv_location") instanceof EnumValueDescriptor location
            && location.getName().equals("FILTER_STATE"),
        stats);
  }

  private static Passed passThrough(ProxyProtocolPassThroughTLVs tlvs) {
    return new Passed(
        tlvs.getMatchType() == PassTLVsMatchType.INCLUDE_ALL,
        new LinkedHashSet<>(tlvs.getTlvTypeList()));
  }
}
