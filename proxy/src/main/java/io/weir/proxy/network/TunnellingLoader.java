package io.weir.proxy.network;

import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.TunnelingConfig;
import io.weir.filter.Problems;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.formatter.HeaderMutations;
import io.weir.proxy.formatter.HeaderMutationsLoader;
import io.weir.proxy.formatter.SubstitutionFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Loads {@code tunneling_config}. */
final class TunnellingLoader {
  private TunnellingLoader() {}

  /** Null when problems were reported. */
  static @Nullable Tunnelling load(TunnelingConfig config, LoadContext context) {
    Problems problems = context.problems();
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
            config.getPropagateResponseTrailers(),
            requestIds(config, context));
  }

  private static Tunnelling.@Nullable RequestIds requestIds(
      TunnelingConfig config, LoadContext context) {
    if (context.field(config, "request_id_extension") == null) {
      return null;
    }
    String header = text(context.field(config, "request_id_header"), "x-request-id");
    String key = text(context.field(config, "request_id_metadata_key"), "");
    return new Tunnelling.RequestIds(HeaderName.of(header.toLowerCase(Locale.ROOT)), key);
  }

  private static String text(@Nullable Object field, String otherwise) {
    return field instanceof String text && !text.isEmpty() ? text : otherwise;
  }
}
