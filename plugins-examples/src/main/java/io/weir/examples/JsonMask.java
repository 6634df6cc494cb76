package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Body;
import io.weir.plugin.ConfigurationException;
import io.weir.plugin.Default;
import io.weir.plugin.Doc;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Json;
import io.weir.plugin.Plugin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hides fields of JSON responses, at any depth, and refuses request bodies that are no JSON.
 * Configuration: {@code {"mask": ["password", "card"], "with": "***"}}.
 */
@Plugin(name = "json-mask", description = "hides fields of JSON responses")
public final class JsonMask implements HttpPlugin {
  /** What can be configured. */
  public record Config(
      @Doc("Names of fields to hide") List<String> mask, @Default("***") String with) {}

  private final List<String> masked;
  private final String with;

  public JsonMask(Config config) {
    masked = config.mask();
    with = config.with();
  }

  @Override
  public Action onRequestBody(HttpExchange exchange, Body body, boolean endOfStream) {
    if (!isJson(exchange.requestHeaders().first("content-type"))) {
      return Action.CONTINUE;
    }
    if (!endOfStream) {
      return Action.PAUSE;
    }
    try {
      Json.parse(body.text());
      return Action.CONTINUE;
    } catch (ConfigurationException e) {
      return exchange.reply(400, "the body is no JSON: " + e.getMessage());
    }
  }

  @Override
  public Action onResponseHeaders(HttpExchange exchange, boolean endOfStream) {
    if (isJson(exchange.responseHeaders().first("content-type")) && !endOfStream) {
      exchange.responseHeaders().remove("content-length");
    }
    return Action.CONTINUE;
  }

  @Override
  public Action onResponseBody(HttpExchange exchange, Body body, boolean endOfStream) {
    if (!isJson(exchange.responseHeaders().first("content-type"))) {
      return Action.CONTINUE;
    }
    if (!endOfStream) {
      return Action.PAUSE;
    }
    try {
      body.replace(Json.print(mask(Json.parse(body.text()))));
    } catch (ConfigurationException e) {
      exchange.log().warn("a response is no JSON: " + e.getMessage());
      body.replace("{}");
    }
    return Action.CONTINUE;
  }

  private static boolean isJson(@Nullable String contentType) {
    return contentType != null && contentType.startsWith("application/json");
  }

  private @Nullable Object mask(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      var copy = new LinkedHashMap<String, @Nullable Object>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        String name = String.valueOf(entry.getKey());
        copy.put(name, masked.contains(name) ? with : mask(entry.getValue()));
      }
      return copy;
    }
    if (value instanceof List<?> list) {
      var copy = new ArrayList<@Nullable Object>();
      for (Object item : list) {
        copy.add(mask(item));
      }
      return copy;
    }
    return value;
  }
}
