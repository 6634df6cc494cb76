package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Call;
import io.weir.plugin.CallReply;
import io.weir.plugin.Default;
import io.weir.plugin.Doc;
import io.weir.plugin.HttpCalls;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;
import io.weir.plugin.PluginContext;
import io.weir.plugin.Range;

/** Asks a service whether a request may pass: 2xx lets it, anything else is the answer. */
@Plugin(name = "external-authorization", description = "asks a service whether a request may pass")
public final class ExternalAuthorization implements HttpPlugin {
  /** What can be configured. */
  public record Config(
      @Doc("The cluster of the service that is asked") String cluster,
      @Default("/check") String path,
      @Range(min = 1, max = 60_000) @Default("500") int timeoutMs,
      @Doc("Whether requests pass when the service does not answer") @Default("false")
          boolean failOpen) {}

  private final Config config;
  private final HttpCalls http;

  public ExternalAuthorization(Config config, PluginContext context) {
    this.config = config;
    http = context.http();
  }

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    Call check = Call.get(config.cluster(), config.path()).timeout(config.timeoutMs());
    String authorization = exchange.requestHeaders().first("authorization");
    if (authorization != null) {
      check.header("authorization", authorization);
    }
    check.header("x-original-path", String.valueOf(exchange.requestHeaders().first(":path")));
    CallReply reply = http.send(check);
    if (reply.ok()) {
      String user = reply.header("x-auth-user");
      if (user != null) {
        exchange.requestHeaders().set("x-auth-user", user);
      }
      exchange.requestHeaders().set("x-authorized-by", config.cluster());
      return Action.CONTINUE;
    }
    if (reply.status() != 0 && reply.status() < 500) {
      return exchange.reply(reply.status(), reply.body());
    }
    return config.failOpen()
        ? Action.CONTINUE
        : exchange.reply(503, "authorization is not available");
  }
}
