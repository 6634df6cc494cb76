package io.weir.proxy.http;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;
import io.weir.proxy.accesslog.LogFilter;
import io.weir.proxy.accesslog.LogFilterLoader;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.formatter.Formatter;
import io.weir.proxy.formatter.FormatterLoader;
import io.weir.proxy.formatter.HeaderMutations;
import io.weir.proxy.formatter.HeaderMutationsLoader;
import io.weir.proxy.http.LocalReplies.Mapper;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
      Mapper mapper = mapper(messages.get(i), context.at("mappers[" + i + "]"));
      if (mapper != null) {
        mappers.add(mapper);
      }
    }
    return mappers.isEmpty() && format == null
        ? LocalReplies.NONE
        : new LocalReplies(mappers, format);
  }

  private static @Nullable Mapper mapper(ResponseMapper message, LoadContext context) {
    LogFilter condition =
        new LogFilterLoader(context).load(message.getFilter(), context.problems().at("filter"));
    byte[] body = message.hasBody() ? context.read(message.getBody(), "body") : null;
    Formatter format =
        message.hasBodyFormatOverride()
            ? FormatterLoader.forBody(
                message.getBodyFormatOverride(), context, "body_format_override")
            : null;
    HeaderMutations headers =
        HeaderMutationsLoader.load(
            message.getHeadersToAddList(), List.of(), "response", context.problems());
    return condition == null
        ? null
        : new Mapper(condition, message.getStatusCode().getValue(), body, format, headers);
  }
}
