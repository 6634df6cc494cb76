package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Call;
import io.weir.plugin.CallReply;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;
import io.weir.plugin.PluginContext;
import io.weir.plugin.Settings;

/**
 * Asks a service whether a request may pass: 2xx lets it, anything else is the answer.
 * Configuration: {@code {"cluster": "auth", "path": "/check", "timeout_ms": 500, "fail_open":
 * false}}.
 */
@Plugin(name = "external-authorization", description = "asks a service whether a request may pass")
public final class ExternalAuthorization implements HttpPlugin {
  private String cluster = "";
  private String path = "/check";
  private int timeoutMillis;
  private boolean failOpen;

  @Override
  public void start(PluginContext context) {
    Settings settings = Settings.of(context);
    cluster = settings.text("cluster");
    path = settings.text("path", path);
    timeoutMillis = (int) settings.number("timeout_ms", 500);
    failOpen = settings.flag("fail_open", false);
    settings.done();
  }

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    Call check = Call.get(cluster, path).timeout(timeoutMillis);
    String authorization = exchange.requestHeaders().first("authorization");
    if (authorization != null) {
      check.header("authorization", authorization);
    }
    check.header("x-original-path", String.valueOf(exchange.requestHeaders().first(":path")));
    exchange.call(check, reply -> decide(exchange, reply));
    return Action.PAUSE;
  }

  private void decide(HttpExchange exchange, CallReply reply) {
    int status = reply.status();
    if (status >= 200 && status < 300) {
      String user = reply.header("x-auth-user");
      if (user != null) {
        exchange.requestHeaders().set("x-auth-user", user);
      }
      exchange.requestHeaders().set("x-authorized-by", cluster);
      exchange.resumeRequest();
    } else if ((status == 0 || status >= 500) && failOpen) {
      exchange.resumeRequest();
    } else if (status == 0 || status >= 500) {
      exchange.reply(503, "authorization is not available");
    } else {
      exchange.reply(status, reply.body());
    }
  }
}
