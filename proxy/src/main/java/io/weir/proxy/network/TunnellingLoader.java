package io.weir.proxy.network;

import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.TunnelingConfig;
import io.weir.filter.Problems;
import io.weir.proxy.formatter.HeaderMutations;
import io.weir.proxy.formatter.HeaderMutationsLoader;
import io.weir.proxy.formatter.SubstitutionFormat;
import org.jspecify.annotations.Nullable;

/** Loads {@code tunneling_config}. */
final class TunnellingLoader {
  private TunnellingLoader() {}

  /** Null when problems were reported. */
  static @Nullable Tunnelling load(TunnelingConfig config, Problems problems) {
    SubstitutionFormat hostname =
        SubstitutionFormat.compile(config.getHostname(), problems.at("hostname"));
    if (!config.getPostPath().isEmpty() && !config.getUsePost()) {
      problems.add("post_path", "a path without use_post", "set use_post, or leave it out");
    }
    HeaderMutations headers =
        HeaderMutationsLoader.adding(config.getHeadersToAddList(), "headers_to_add", problems);
    return hostname == null
        ? null
        : new Tunnelling(
            hostname,
            config.getUsePost(),
            config.getPostPath().isEmpty() ? "/" : config.getPostPath(),
            headers,
            config.getPropagateResponseHeaders(),
            config.getPropagateResponseTrailers());
  }
}
