package io.weir.plugin.test;

import io.weir.plugin.Action;
import io.weir.plugin.Body;
import io.weir.plugin.Call;
import io.weir.plugin.CallReply;
import io.weir.plugin.Default;
import io.weir.plugin.GrpcCall;
import io.weir.plugin.GrpcCalls;
import io.weir.plugin.GrpcReply;
import io.weir.plugin.HttpCalls;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Metric;
import io.weir.plugin.Plugin;
import io.weir.plugin.PluginContext;
import io.weir.plugin.Range;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/** Does what the request's path says: every way in which code can stand around a wait, or fail. */
@Plugin(name = "sample")
public final class Sample implements HttpPlugin {
  /** What can be configured. */
  public record Config(
      @Default("x-sample") String header, @Range(min = 1) @Default("3") int rounds) {}

  interface Asking {
    HttpCalls http();

    default int ask(String cluster) {
      return http().get(cluster, "/ask").status();
    }
  }

  record Asker(HttpCalls http) implements Asking {}

  private final Config config;
  private final HttpCalls http;
  private final GrpcCalls grpc;
  private final Metric ticks;
  private int zero;
  private int[] numbers = new int[2];
  private Object object = "text";

  public Sample(Config config, PluginContext context) {
    this.config = config;
    http = context.http();
    grpc = context.grpc();
    ticks = context.counter("ticks");
    context.tickEvery(100);
  }

  @Override
  public void onTick() {
    if (http.get("auth", "/tick").ok()) {
      ticks.add(1);
    }
  }

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    String path = String.valueOf(exchange.requestHeaders().first(":path"));
    if (path.equals("/deny")) {
      CallReply reply = http.get("auth", "/deny");
      return exchange.reply(reply.status(), reply.body(), "x-why", "denied");
    }
    exchange.requestHeaders().set(config.header(), answer(exchange, path));
    return Action.CONTINUE;
  }

  private String answer(HttpExchange exchange, String path) {
    switch (path) {
      case "/loop" -> {
        var seen = new StringBuilder();
        for (int i = 0; i < config.rounds(); i++) {
          seen.append(http.get("auth", "/" + i + "?" + seen).body());
        }
        return seen.toString();
      }
      case "/retry" -> {
        return Integer.toString(retry());
      }
      case "/list" -> {
        var seen = new ArrayList<String>();
        List.of("auth", "nobody").forEach(name -> seen.add(name + http.get(name, "/").status()));
        return String.join(",", seen);
      }
      case "/stream" -> {
        return List.of("auth", "auth").stream()
            .map(name -> http.get(name, "/").body())
            .reduce("", String::concat);
      }
      case "/map" -> {
        return new HashMap<String, Integer>()
            .computeIfAbsent("auth", name -> http.get(name, "/").status())
            .toString();
      }
      case "/default" -> {
        return Integer.toString(new Asker(http).ask("auth"));
      }
      case "/finally" -> {
        var seen = new StringBuilder();
        try {
          while (true) {
            seen.append(http.get("auth", "/").body());
            if (seen.length() > 2) {
              throw new IllegalStateException("enough");
            }
          }
        } catch (IllegalStateException e) {
          seen.append(e.getMessage());
        } finally {
          seen.append('.');
        }
        return seen.toString();
      }
      case "/grpc" -> {
        GrpcReply reply = grpc.send(GrpcCall.of("greeter", "test.Greeter", "Hello", new byte[0]));
        GrpcReply none = grpc.send(GrpcCall.of("nobody", "test.Greeter", "Hello", new byte[0]));
        return new String(reply.message(), StandardCharsets.UTF_8)
            + " "
            + none.status()
            + " "
            + none.reason();
      }
      case "/all" -> {
        List<CallReply> replies = http.all(Call.get("auth", "/a"), Call.get("nobody", "/b"));
        return replies.get(0).body() + replies.get(1).status();
      }
      default -> {
        return trouble(exchange, path);
      }
    }
  }

  private int retry() {
    while (true) {
      CallReply reply = http.get("auth", "/retry");
      if (!reply.failed()) {
        return reply.status();
      }
    }
  }

  private String trouble(HttpExchange exchange, String path) {
    switch (path) {
      case "/throw" -> throw new IllegalStateException("on purpose");
      default -> {
        try {
          return calculate(path);
        } catch (RuntimeException e) {
          return e.getClass().getName();
        }
      }
    }
  }

  private String calculate(String path) {
    return switch (path) {
      case "/zero" -> Integer.toString(7 / zero);
      case "/zero-long" -> Long.toString(7L % zero);
      case "/min" -> Integer.toString(Integer.MIN_VALUE / (zero - 1));
      case "/min-long" -> Long.toString(Long.MIN_VALUE / (zero - 1));
      case "/size" -> Integer.toString(new int[zero - 1].length);
      case "/bounds" -> Integer.toString(numbers[zero + 2]);
      case "/cast" -> Integer.toString((Integer) object);
      case "/null" -> Integer.toString(((String) nothing()).length());
      default -> "fine";
    };
  }

  private Object nothing() {
    return zero == 0 ? null : object;
  }

  @Override
  public Action onRequestBody(HttpExchange exchange, Body body, boolean endOfStream) {
    CallReply reply = http.post("auth", "/body", body.text());
    body.replace("<" + body.text() + reply.body() + ">");
    return Action.CONTINUE;
  }

  @Override
  public Action onResponseHeaders(HttpExchange exchange, boolean endOfStream) {
    exchange
        .responseHeaders()
        .set("x-path", String.valueOf(exchange.requestHeaders().first(":path")));
    return Action.CONTINUE;
  }
}
