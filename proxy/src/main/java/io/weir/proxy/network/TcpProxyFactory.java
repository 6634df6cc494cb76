package io.weir.proxy.network;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.core.v3.BackoffStrategy;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.config.core.v3.TlvEntry;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster.ClusterWeight;
import io.envoyproxy.envoy.type.v3.HashPolicy;
import io.weir.filter.FactoryContext;
import io.weir.filter.Problems;
import io.weir.filter.Value;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterFactory;
import io.weir.proxy.accesslog.AccessLogs;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.ProtoValues;
import io.weir.proxy.formatter.Formatter;
import io.weir.proxy.formatter.FormatterLoader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.network.tcp_proxy}. */
public final class TcpProxyFactory implements NetworkFilterFactory {
  private static final long DEFAULT_IDLE_MILLIS = 3_600_000;
  private static final String SUBSETS = "envoy.lb";

  @Override
  public String name() {
    return "envoy.filters.network.tcp_proxy";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy");
  }

  @Override
  public boolean terminal() {
    return true;
  }

  @Override
  public @Nullable NetworkFilterConfig load(Any config, FactoryContext context) {
    var message =
        context.unpack(
            config,
            io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                .getDefaultInstance());
    if (message == null || !(context instanceof LoadContext load)) {
      return null;
    }
    int before = context.problems().count();
    var loaded = load(message, load);
    return context.problems().count() > before ? null : loaded;
  }

  @SuppressWarnings("deprecation")
  private static TcpProxyConfig load(
      io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy proxy,
      LoadContext context) {
    var options = proxy.getAccessLogOptions();
    Duration interval =
        options.hasAccessLogFlushInterval()
            ? options.getAccessLogFlushInterval()
            : proxy.getAccessLogFlushInterval();
    return new TcpProxyConfig(
        proxy.getStatPrefix(),
        routes(proxy),
        proxy.hasIdleTimeout() ? Durations.toMillis(proxy.getIdleTimeout()) : DEFAULT_IDLE_MILLIS,
        Durations.toMillis(proxy.getMaxDownstreamConnectionDuration()),
        proxy.hasMaxConnectAttempts() ? proxy.getMaxConnectAttempts().getValue() : 1,
        hashPolicy(proxy.getHashPolicyList(), context.problems()),
        accessLogs(proxy, context),
        options.getFlushAccessLogOnConnected() || proxy.getFlushAccessLogOnConnected(),
        Durations.toMillis(interval),
        context.bypassOverload(),
        proxy.hasTunnelingConfig()
            ? TunnellingLoader.load(proxy.getTunnelingConfig(), context.at("tunneling_config"))
            : null,
        pause(proxy.getBackoffOptions(), proxy.hasBackoffOptions(), context.problems()),
        earlyData(proxy, context),
        tlvs(proxy.getProxyProtocolTlvsList(), context),
        Boolean.TRUE.equals(context.field(options, "flush_access_log_on_start")));
  }

  private static TcpProxyConfig.EarlyData earlyData(
      io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy proxy,
      LoadContext context) {
    Object mode = context.field(proxy, "upstream_connect_mode");
    Object most = context.field(proxy, "max_early_data_bytes");
    String name = mode instanceof EnumValueDescriptor value ? value.getName() : "IMMEDIATE";
    if (!name.equals("IMMEDIATE") && most == null) {
      context
          .problems()
          .add(
              "max_early_data_bytes",
              "must be set when upstream_connect_mode is not IMMEDIATE",
              "say how much may wait until the upstream is connected");
    }
    // Filters start after the handshake: to wait for it is to wait for nothing.
    return new TcpProxyConfig.EarlyData(
        name.equals("ON_DOWNSTREAM_DATA"),
        ProtoValues.wrapped(most) instanceof Integer limit ? Integer.toUnsignedLong(limit) : 0);
  }

  private static List<TcpProxyConfig.TlvSource> tlvs(List<TlvEntry> entries, LoadContext context) {
    var tlvs = new ArrayList<TcpProxyConfig.TlvSource>();
    for (int i = 0; i < entries.size(); i++) {
      TlvEntry entry = entries.get(i);
      String path = "proxy_protocol_tlvs[" + i + "]";
      Formatter format = null;
      if (context.field(entry, "format_string") instanceof Message message) {
        try {
          format =
              FormatterLoader.forBody(
                  SubstitutionFormatString.parseFrom(message.toByteString()),
                  context,
                  path + ".format_string");
        } catch (InvalidProtocolBufferException e) {
          context.problems().add(path + ".format_string", "not readable: " + e.getMessage());
        }
      }
      tlvs.add(
          new TcpProxyConfig.TlvSource(entry.getType(), entry.getValue().toByteArray(), format));
    }
    return tlvs;
  }

  private static TcpProxyConfig.RetryPause pause(
      BackoffStrategy backoff, boolean present, Problems problems) {
    long base = Durations.toMillis(backoff.getBaseInterval());
    long most = backoff.hasMaxInterval() ? Durations.toMillis(backoff.getMaxInterval()) : 10 * base;
    if (present && most < base) {
      problems.add(
          "backoff_options.max_interval",
          "max_interval must be greater than or equal to the base_interval");
    }
    return new TcpProxyConfig.RetryPause(base, most);
  }

  private static List<TcpRoute> routes(
      io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy proxy) {
    Value.MapValue subset = subset(proxy.getMetadataMatch());
    if (!proxy.hasWeightedClusters()) {
      return proxy.getCluster().isEmpty()
          ? List.of()
          : List.of(new TcpRoute(proxy.getCluster(), 1, subset));
    }
    var routes = new ArrayList<TcpRoute>();
    for (ClusterWeight cluster : proxy.getWeightedClusters().getClustersList()) {
      Value.MapValue own = subset(cluster.getMetadataMatch());
      routes.add(
          new TcpRoute(
              cluster.getName(),
              Integer.toUnsignedLong(cluster.getWeight()),
              own == null ? subset : subset == null ? own : subset.merge(own)));
    }
    return routes;
  }

  private static Value.@Nullable MapValue subset(Metadata metadata) {
    var criteria = metadata.getFilterMetadataMap().get(SUBSETS);
    return criteria == null ? null : ProtoValues.of(criteria);
  }

  private static @Nullable TcpHashPolicy hashPolicy(List<HashPolicy> policies, Problems problems) {
    if (policies.isEmpty()) {
      return null;
    }
    return switch (policies.get(0).getPolicySpecifierCase()) {
      case SOURCE_IP -> new TcpHashPolicy.SourceIp();
      case FILTER_STATE -> new TcpHashPolicy.State(policies.get(0).getFilterState().getKey());
      case POLICYSPECIFIER_NOT_SET -> {
        problems.add("hash_policy[0]", "no policy is given");
        yield null;
      }
    };
  }

  private static List<AccessLogConfig> accessLogs(
      io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy proxy,
      LoadContext context) {
    var logs = new ArrayList<AccessLogConfig>();
    for (int i = 0; i < proxy.getAccessLogCount(); i++) {
      AccessLogConfig log =
          AccessLogs.load(proxy.getAccessLog(i), context.at("access_log[" + i + "]"));
      if (log != null) {
        logs.add(log);
      }
    }
    return logs;
  }
}
