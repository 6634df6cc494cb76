package io.weir.proxy.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.weir.proxy.LiveProxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Filters that ask services over gRPC, with grpc-java's server as the service. */
final class ExternalServicesTest {
  private static final ScriptedRateLimits LIMITS = new ScriptedRateLimits();
  private static final ScriptedAuthorization AUTHORIZATION = new ScriptedAuthorization();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir static Path folder;
  private static Server services;
  private static HttpServer origin;
  private static LiveProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    var loopback = InetAddress.getLoopbackAddress();
    services =
        NettyServerBuilder.forAddress(new InetSocketAddress(loopback, 0))
            .addService(LIMITS)
            .addService(AUTHORIZATION)
            .build()
            .start();
    origin = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    origin.createContext(
        "/",
        exchange -> {
          byte[] body =
              String.join("|", exchange.getRequestHeaders().keySet())
                  .toLowerCase(java.util.Locale.ROOT)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    origin.start();
    try (var in = ExternalServicesTest.class.getResourceAsStream("services.yaml")) {
      String yaml =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .replace("$SERVICES", Integer.toString(services.getPort()))
              .replace("$ORIGIN", Integer.toString(origin.getAddress().getPort()));
      proxy = LiveProxy.start(folder, yaml);
    }
  }

  @AfterAll
  static void stop() {
    proxy.close();
    origin.stop(0);
    services.shutdownNow();
  }

  private static HttpResponse<String> ask(String listener, String who, String body)
      throws Exception {
    var uri = URI.create("http://127.0.0.1:" + proxy.port(listener) + "/p");
    return CLIENT.send(
        HttpRequest.newBuilder(uri)
            .header("x-who", who)
            .header("x-secret", "s")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static String told(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void letsRequestsBelowTheLimitPass() throws Exception {
    HttpResponse<String> response = ask("limited", "modest", "");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("x-counted");
    assertThat(told(response, "x-told")).isEqualTo("modest");
    assertThat(told(response, "x-ratelimit-limit")).isEqualTo("5, 5;w=60");
    assertThat(told(response, "x-ratelimit-remaining")).isEqualTo("4");
    assertThat(LIMITS.seen)
        .anySatisfy(
            request -> {
              assertThat(request.getDomain()).isEqualTo("shop");
              assertThat(request.getDescriptors(0).getEntriesList())
                  .extracting(entry -> entry.getKey() + "=" + entry.getValue())
                  .containsExactly("who=modest", "destination_cluster=origin");
            });
  }

  @Test
  void answersRequestsOverTheLimit() throws Exception {
    HttpResponse<String> response = ask("limited", "greedy", "");
    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(told(response, "x-envoy-ratelimited")).isEqualTo("true");
    assertThat(told(response, "x-ratelimit-remaining")).isEqualTo("0");
  }

  @Test
  void deniesWhenTheLimitsAreNotKnown() throws Exception {
    assertThat(ask("limited", "broken", "").statusCode()).isEqualTo(500);
  }

  @Test
  void admitsWhomTheServiceAdmits() throws Exception {
    HttpResponse<String> response = ask("guarded", "friend", "a body");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("x-user").doesNotContain("x-secret");
    assertThat(told(response, "x-told")).isEqualTo("welcome");
    assertThat(AUTHORIZATION.seen)
        .anySatisfy(
            request -> {
              var http = request.getAttributes().getRequest().getHttp();
              assertThat(http.getBody()).isEqualTo("a body");
              assertThat(http.getMethod()).isEqualTo("POST");
              assertThat(http.getPath()).isEqualTo("/p");
              assertThat(request.getAttributes().getContextExtensionsMap())
                  .containsEntry("shop", "open");
            });
  }

  @Test
  void answersWhomTheServiceRefuses() throws Exception {
    HttpResponse<String> response = ask("guarded", "stranger", "");
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.body()).isEqualTo("who are you");
    assertThat(told(response, "x-told")).isEqualTo("no");
  }

  @Test
  void refusesWhenTheServiceFails() throws Exception {
    assertThat(ask("guarded", "nobody", "").statusCode()).isEqualTo(503);
  }
}
