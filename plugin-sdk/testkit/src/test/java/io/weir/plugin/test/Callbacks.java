package io.weir.plugin.test;

import io.weir.plugin.Action;
import io.weir.plugin.Call;
import io.weir.plugin.Default;
import io.weir.plugin.GrpcCall;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Metric;
import io.weir.plugin.Plugin;
import io.weir.plugin.PluginContext;
import io.weir.plugin.SharedQueue;
import java.nio.charset.StandardCharsets;

/** What a plugin can do without waiting, by the request's path. */
@Plugin(name = "callbacks")
public final class Callbacks implements HttpPlugin {
  /** What can be configured. */
  public record Config(@Default("false") boolean failOpen) {}

  private static final double[] NUMBERS = {
    0,
    -0.0,
    1,
    2,
    3,
    0.5,
    -0.5,
    2.5,
    1e-310,
    4.9e-324,
    1e300,
    Double.MAX_VALUE,
    1234567.875,
    -3.2,
    9007199254740993.0,
    0.1,
    Double.POSITIVE_INFINITY,
    Double.NaN
  };

  private final SharedQueue jobs;
  private final Metric done;
  private final StringBuilder taken = new StringBuilder();

  public Callbacks(Config config, PluginContext context) {
    context.failOpen(config.failOpen());
    jobs = context.queue("jobs");
    done = context.counter("done");
  }

  @Override
  public void onQueue(SharedQueue queue) {
    for (String job = queue.poll(); job != null; job = queue.poll()) {
      taken.append(queue.name()).append(':').append(job).append(' ');
      done.add(1);
    }
  }

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    String path = String.valueOf(exchange.requestHeaders().first(":path"));
    switch (path) {
      case "/queue" -> jobs.add("job-ü");
      case "/taken" -> exchange.requestHeaders().set("x-taken", taken.toString());
      case "/grpc" -> {
        exchange.grpc(
            GrpcCall.of("greeter", "test.Greeter", "Hello", bytes("me")).metadata("x-a", "b"),
            reply -> {
              exchange
                  .requestHeaders()
                  .set(
                      "x-reply",
                      reply.status() + " " + new String(reply.message(), StandardCharsets.UTF_8));
              exchange.resumeRequest();
            });
        return Action.PAUSE;
      }
      case "/metadata" -> {
        boolean written = exchange.setMetadata("test.space", "key", "välue");
        String read = exchange.attribute("metadata", "filter_metadata", "test.space", "key");
        exchange.requestHeaders().set("x-written", written + " " + read);
      }
      case "/attribute" -> {
        exchange.setAttribute("mine", "text");
        exchange.requestHeaders().set("x-mine", String.valueOf(exchange.attribute("mine")));
      }
      case "/route" -> {
        exchange.requestHeaders().set(":path", "/elsewhere");
        exchange.clearRouteCache();
      }
      case "/throw" -> throw new IllegalStateException("on purpose");
      case "/throw-in-reply" -> {
        exchange.call(
            Call.get("auth", "/"),
            reply -> {
              throw new IllegalStateException("in the reply");
            });
        return Action.PAUSE;
      }
      case "/math" -> exchange.requestHeaders().set("x-math", calculated());
      case "/recurse" -> exchange.requestHeaders().set("x-depth", caught());
      case "/recurse-on" -> deeper(0);
      default -> {}
    }
    return Action.CONTINUE;
  }

  @Override
  public Action onResponseHeaders(HttpExchange exchange, boolean endOfStream) {
    exchange.responseHeaders().set("x-seen", "1");
    return Action.CONTINUE;
  }

  private static String calculated() {
    var text = new StringBuilder();
    for (double value : NUMBERS) {
      text.append(Long.toHexString(Double.doubleToLongBits(Math.sqrt(value)))).append(' ');
      text.append(Long.toHexString(Double.doubleToLongBits(Math.floor(value)))).append(' ');
      text.append(Long.toHexString(Double.doubleToLongBits(Math.ceil(value)))).append(' ');
      text.append(Math.round(value))
          .append(' ')
          .append(Math.round((float) value))
          .append(' ')
          .append((long) Math.rint(value))
          .append(' ');
    }
    long before = System.nanoTime();
    return text.append(System.nanoTime() >= before && before != 0).toString();
  }

  private String caught() {
    try {
      return Integer.toString(deeper(0));
    } catch (StackOverflowError e) {
      return e.getClass().getName();
    }
  }

  private int deeper(int depth) {
    return deeper(depth + 1) + 1;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
