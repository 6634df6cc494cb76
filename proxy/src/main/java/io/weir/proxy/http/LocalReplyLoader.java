package io.weir.proxy.http;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.formatter.Formatter;
import io.weir.proxy.formatter.FormatterLoader;
import io.weir.proxy.http.LocalReplies.Mapper;
import java.util.ArrayList;
import java.util.List;

/** Loads {@code local_reply_config}. */
final class LocalReplyLoader {
  private LocalReplyLoader() {}

  static LocalReplies load(LocalReplyConfig config, LoadContext context) {
    Formatter format =
        config.hasBodyFormat()
            ? FormatterLoader.forBody(config.getBodyFormat(), context, "body_format")
            : null;
    var mappers = new ArrayList<Mapper>();
    List<ResponseMapper> messages = config.getMappersList();
    for (int i = 0; i < messages.size(); i++) {
      context.problems().add("mappers[" + i + "]", "mappers are not supported yet", "");
    }
    return mappers.isEmpty() && format == null
        ? LocalReplies.NONE
        : new LocalReplies(mappers, format);
  }
}
