package io.weir.proxy.upstream;

import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.envoyproxy.envoy.config.core.v3.ExtraSourceAddress;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.weir.filter.Problems;
import io.weir.proxy.cluster.ClusterConfig;
import io.weir.proxy.cluster.ClusterConfig.SocketOption;
import io.weir.proxy.cluster.ClusterConfig.Source;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code upstream_bind_config}. */
final class SourceAddresses {
  private static final String SELECTOR =
      "envoy.upstream.local_address_selector.default_local_address_selector";
  private static final int IPPROTO_IP = 0;
  private static final int IP_FREEBIND = 15;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_FREEBIND = 78;

  private SourceAddresses() {}

  static List<Source> load(BindConfig message, Problems problems) {
    checkSelector(message, problems);
    List<SocketOption> common =
        SocketOptions.load(message.getSocketOptionsList(), problems.at("socket_options"));
    List<ExtraSourceAddress> extra = extra(message, problems);
    if (!message.hasSourceAddress()) {
      if (!extra.isEmpty()) {
        problems.add("extra_source_addresses", "there is no source_address beside them", "set it");
      }
      return common.isEmpty() ? List.of() : List.of(new Source(null, common));
    }
    var sources = new ArrayList<Source>();
    boolean free = message.getFreebind().getValue();
    add(message.getSourceAddress(), common, free, problems.at("source_address"), sources);
    for (int i = 0; i < extra.size(); i++) {
      Problems at = problems.at("extra_source_addresses[" + i + "]");
      List<SocketOption> own =
          extra.get(i).hasSocketOptions()
              ? SocketOptions.load(
                  extra.get(i).getSocketOptions().getSocketOptionsList(),
                  at.at("socket_options.socket_options"))
              : common;
      add(extra.get(i).getAddress(), own, free, at.at("address"), sources);
    }
    if (sources.size() > 2) {
      problems.add("extra_source_addresses", "only one is supported, of the other IP version", "");
    } else if (sources.size() == 2 && four(sources.get(0)) == four(sources.get(1))) {
      problems.add(
          "extra_source_addresses", "is of the same IP version as source_address", "remove it");
    }
    return sources;
  }

  private static void checkSelector(BindConfig message, Problems problems) {
    if (message.hasLocalAddressSelector()
        && !message.getLocalAddressSelector().getName().equals(SELECTOR)
        && !message
            .getLocalAddressSelector()
            .getTypedConfig()
            .getTypeUrl()
            .endsWith("DefaultLocalAddressSelector")) {
      problems.add(
          "local_address_selector",
          "unknown selector " + message.getLocalAddressSelector().getName(),
          "known: " + SELECTOR);
    }
  }

  @SuppressWarnings("deprecation")
  private static List<ExtraSourceAddress> extra(BindConfig message, Problems problems) {
    if (message.getExtraSourceAddressesCount() > 0
        && message.getAdditionalSourceAddressesCount() > 0) {
      problems.add(
          "additional_source_addresses", "stands beside extra_source_addresses", "remove one");
    }
    return message.getExtraSourceAddressesCount() > 0
        ? message.getExtraSourceAddressesList()
        : message.getAdditionalSourceAddressesList().stream()
            .map(address -> ExtraSourceAddress.newBuilder().setAddress(address).build())
            .toList();
  }

  private static void add(
      SocketAddress message,
      List<SocketOption> options,
      boolean free,
      Problems problems,
      List<Source> to) {
    InetSocketAddress address = address(message, problems);
    if (address == null) {
      return;
    }
    var all = new ArrayList<>(options);
    if (free) {
      all.add(
          address.getAddress() instanceof Inet4Address
              ? new SocketOption(IPPROTO_IP, IP_FREEBIND, 1, null)
              : new SocketOption(IPPROTO_IPV6, IPV6_FREEBIND, 1, null));
    }
    to.add(new ClusterConfig.Source(address, all));
  }

  private static @Nullable InetSocketAddress address(SocketAddress message, Problems problems) {
    var address =
        io.envoyproxy.envoy.config.core.v3.Address.newBuilder().setSocketAddress(message).build();
    return Addresses.load(address, false, problems) instanceof InetSocketAddress inet ? inet : null;
  }

  private static boolean four(Source source) {
    return source.address() != null && source.address().getAddress() instanceof Inet4Address;
  }
}
