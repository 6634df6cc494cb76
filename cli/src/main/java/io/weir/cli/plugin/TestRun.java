package io.weir.cli.plugin;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs tests against one artifact in a workbench whose upstream is the echo server. */
public final class TestRun {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Bench.Starter proxy;
  private final InetSocketAddress echo;
  private final Consumer<String> out;

  /**
   * @param echo an upstream that answers with what it received, as JSON
   */
  public TestRun(InetSocketAddress echo, Consumer<String> out) {
    this(Workbench::start, echo, out);
  }

  /**
   * @param proxy starts a proxy for each test
   */
  public TestRun(Bench.Starter proxy, InetSocketAddress echo, Consumer<String> out) {
    this.proxy = proxy;
    this.echo = echo;
    this.out = out;
  }

  /**
   * Runs every test.
   *
   * @param configuration for tests without one of their own
   * @return how many failed
   */
  public int run(List<PluginTests.Test> tests, Artifact artifact, String configuration)
      throws IOException, InterruptedException {
    int failed = 0;
    for (PluginTests.Test test : tests) {
      String own = test.configuration();
      try (Bench bench = proxy.start(artifact, own == null ? configuration : own, 0, echo);
          HttpClient client = HttpClient.newHttpClient()) {
        boolean fine = true;
        int number = 0;
        for (PluginTests.Step step : test.steps()) {
          List<String> differences =
              PluginTests.differences(step, exchange(client, bench.port(), step));
          for (String difference : differences) {
            out.accept(
                "  FAILED "
                    + artifact.kind()
                    + " "
                    + test.name()
                    + ", step "
                    + number
                    + ": "
                    + difference);
          }
          fine &= differences.isEmpty();
          number++;
        }
        if (fine) {
          out.accept("  ok     " + artifact.kind() + " " + test.name());
        } else {
          failed++;
        }
      }
    }
    return failed;
  }

  private static PluginTests.Seen exchange(HttpClient client, int port, PluginTests.Step step)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + step.path()))
            .timeout(PATIENCE)
            .method(
                step.method(),
                step.body().isEmpty()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(step.body()));
    step.headers()
        .forEach(
            (name, value) -> {
              if (value != null) {
                request.header(name, value);
              }
            });
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    boolean reached = response.headers().firstValue("x-echo").isPresent();
    Struct echoed = reached ? parse(response.body()) : Struct.getDefaultInstance();
    return new PluginTests.Seen(
        reached,
        headers(echoed),
        echoed.getFieldsOrDefault("body", Value.getDefaultInstance()).getStringValue(),
        response.statusCode(),
        response.headers(),
        response.body());
  }

  /** What the echo says; nothing when a plugin replaced its body. */
  private static Struct parse(String body) {
    var echoed = Struct.newBuilder();
    try {
      JsonFormat.parser().merge(body, echoed);
      return echoed.build();
    } catch (IOException e) {
      return Struct.getDefaultInstance();
    }
  }

  private static Map<String, String> headers(Struct echoed) {
    var headers = new LinkedHashMap<String, String>();
    echoed
        .getFieldsOrDefault("headers", Value.getDefaultInstance())
        .getStructValue()
        .getFieldsMap()
        .forEach((name, value) -> headers.put(name, value.getStringValue()));
    return headers;
  }
}
