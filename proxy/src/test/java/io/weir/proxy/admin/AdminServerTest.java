package io.weir.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.stats.StatsStore;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
  private final List<AdminLog.Line> lines = new CopyOnWriteArrayList<>();
  private AdminServer server;

  @BeforeEach
  void start() throws Exception {
    var routes = new AdminRoutes(path -> !path.startsWith("/secret"));
    routes.add(AdminEndpoint.read("/hello", "greets", r -> AdminResponse.text("hi " + r.query())));
    routes.add(AdminEndpoint.change("/change", "changes", r -> AdminResponse.text(r.body())));
    routes.add(
        AdminEndpoint.read(
            "/broken",
            "fails",
            _ -> {
              throw new IllegalStateException("on purpose");
            }));
    server =
        AdminServer.start(
            new InetSocketAddress("127.0.0.1", 0),
            routes,
            new AdminStats(new StatsStore(1).admin()),
            lines::add);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String exchange(String request) throws Exception {
    try (var socket = new Socket("127.0.0.1", server.address().getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String get(String target) throws Exception {
    return exchange("GET " + target + " HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  }

  @Test
  void answersAsEnvoyDoes() throws Exception {
    String answer = get("/hello?a=1&b=%20x");
    assertThat(answer)
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("content-type: text/plain; charset=UTF-8\r\n")
        .contains("cache-control: no-cache, max-age=0\r\n")
        .contains("x-content-type-options: nosniff\r\n")
        .contains("connection: close\r\n")
        .endsWith("\r\n\r\n10\r\nhi {a=1, b= x}\r\n0\r\n\r\n".replace("10\r\n", "e\r\n"));
  }

  @Test
  void keepsTheConnectionAndAnswersInOrder() throws Exception {
    String two = "GET /hello HTTP/1.1\r\nhost: a\r\n\r\n".repeat(2);
    assertThat(exchange(two).split("hi \\{\\}", -1)).hasSize(3);
  }

  @Test
  void whatIsNoRequestIsRefused() throws Exception {
    assertThat(exchange("GET /hello HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 426 ");
    assertThat(exchange("NONSENSE\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ")
        .endsWith("content-type: text/plain\r\n\r\nBad Request".substring(28));
    assertThat(exchange("GET /hello HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ")
        .contains("content-length: 0\r\n");
    assertThat(lines).isEmpty();
  }

  @Test
  void whatOnlyLooksLikeARequestIsRefused() throws Exception {
    assertThat(get("/hello#part")).startsWith("HTTP/1.1 400 ").contains("content-length: 0\r\n");
    assertThat(exchange("FOO /hello HTTP/1.1\r\nhost: a\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(exchange("GET /hello HTTP/1.1\r\nhost: a\r\nx: " + "y".repeat(20_000)))
        .startsWith("HTTP/1.1 431 ");
  }

  @Test
  void pathsAreFoundInWhateverWayTheyAreWritten() throws Exception {
    assertThat(get("//hello")).startsWith("HTTP/1.1 200 ");
    assertThat(get("/x/%2e%2E/hello")).startsWith("HTTP/1.1 200 ");
    assertThat(get("/hello/")).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void everyAnswerIsLogged() throws Exception {
    get("/hello?x=1");
    get("/none");
    assertThat(lines)
        .extracting(line -> line.method() + " " + line.target() + " " + line.response().status())
        .containsExactly("GET /hello?x=1 200", "GET /none 404");
  }

  @Test
  void changesOnlyByPost() throws Exception {
    assertThat(get("/change"))
        .startsWith("HTTP/1.1 405 ")
        .contains("Method GET not allowed, POST required.");
    assertThat(
            exchange(
                "POST /change HTTP/1.1\r\nhost: a\r\n"
                    + "content-type: application/x-www-form-urlencoded\r\ncontent-length: 4\r\n\r\nk=vx"))
        .contains("\r\n4\r\nk=vx\r\n");
  }

  @Test
  void unknownPathsListTheCommandsAndRefusedOnesDoNot() throws Exception {
    assertThat(get("/nonsense"))
        .startsWith("HTTP/1.1 404 ")
        .contains("invalid path. admin commands are:\n")
        .contains("  /change (POST): changes\n");
    assertThat(get("/secret/x")).startsWith("HTTP/1.1 403 ").doesNotContain("commands");
  }

  @Test
  void nothingOfAFailureIsShown() throws Exception {
    assertThat(get("/broken")).startsWith("HTTP/1.1 500 ").doesNotContain("on purpose");
  }

  @Test
  void refusesWhatIsNotAPlainRequest() throws Exception {
    assertThat(exchange("GET /hello\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(exchange("GET /hello HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(exchange("POST /change HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
  }
}
