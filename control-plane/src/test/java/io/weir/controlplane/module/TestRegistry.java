package io.weir.controlplane.module;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/** A registry in the process: images by name, with or without a server for tokens. */
final class TestRegistry implements AutoCloseable {

  static final byte[] MODULE = {0, 'a', 's', 'm', 1, 0, 0, 0};

  private final HttpServer server;
  private final Map<String, byte[]> content = new ConcurrentHashMap<>();
  final List<String> requests = new CopyOnWriteArrayList<>();
  volatile String password = "";
  volatile int failures;

  /** Ends requests that are never answered. */
  private final CountDownLatch released = new CountDownLatch(1);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  TestRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  void put(String path, byte[] bytes) {
    content.put(path, bytes);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      requests.add(path);
      String proof = exchange.getRequestHeaders().getFirst("authorization");
      if (failures > 0) {
        failures--;
        exchange.sendResponseHeaders(503, -1);
      } else if (path.equals("/token")) {
        String wanted = "Basic " + base64("user:" + password);
        answer(exchange, wanted.equals(proof) ? "{\"token\":\"t0k\"}" : "{}");
      } else if (path.equals("/away")) {
        exchange.getResponseHeaders().set("location", "http://169.254.169.254/latest/meta-data");
        exchange.sendResponseHeaders(302, -1);
      } else if (path.equals("/loop") || path.equals("/file")) {
        exchange.getResponseHeaders().set("location", path.equals("/loop") ? path : "file:///etc");
        exchange.sendResponseHeaders(302, -1);
      } else if (path.equals("/stall")) {
        hold();
      } else if (path.equals("/drip")) {
        exchange.sendResponseHeaders(200, MODULE.length);
        exchange.getResponseBody().write(MODULE, 0, 4);
        exchange.getResponseBody().flush();
        hold();
      } else if (!password.isEmpty() && !"Bearer t0k".equals(proof)) {
        exchange
            .getResponseHeaders()
            .set(
                "www-authenticate",
                "Bearer realm=\"http://" + authority() + "/token\",service=\"test\"");
        exchange.sendResponseHeaders(401, -1);
      } else if (content.containsKey(path)) {
        byte[] bytes = content.get(path);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  private void hold() throws IOException {
    try {
      released.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Adds an image; returns its manifest's digest.
   *
   * @param layers pairs of media type and bytes
   */
  String image(String repository, String tag, String manifestType, Layer... layers) {
    List<String> described = new ArrayList<>();
    for (Layer layer : layers) {
      String digest = "sha256:" + Digests.sha256(layer.bytes());
      put("/v2/" + repository + "/blobs/" + digest, layer.bytes());
      described.add(
          "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
              .formatted(layer.type(), digest, layer.bytes().length));
    }
    byte[] manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":{},\"layers\":[%s]}"
            .formatted(manifestType, String.join(",", described))
            .getBytes(StandardCharsets.UTF_8);
    String digest = Digests.sha256(manifest);
    put("/v2/" + repository + "/manifests/" + tag, manifest);
    put("/v2/" + repository + "/manifests/sha256:" + digest, manifest);
    return digest;
  }

  /** A layer. */
  @SuppressWarnings("ArrayRecordComponent")
  record Layer(String type, byte[] bytes) {}

  /** An OCI image layout with one image of one module layer. */
  static void layout(Path folder, String tag) throws IOException {
    String module = Digests.sha256(MODULE);
    byte[] manifest =
        "{\"schemaVersion\":2,\"layers\":[{\"mediaType\":\"application/wasm\",\"digest\":\"sha256:%s\"}]}"
            .formatted(module)
            .getBytes(StandardCharsets.UTF_8);
    String digest = Digests.sha256(manifest);
    Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
    Files.write(blobs.resolve(module), MODULE);
    Files.write(blobs.resolve(digest), manifest);
    Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.writeString(
        folder.resolve("index.json"),
        ("{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"sha256:%s\",\"annotations\":"
                + "{\"org.opencontainers.image.ref.name\":\"%s\"}}]}")
            .formatted(digest, tag));
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    }
    return out.toByteArray();
  }

  /** A tar with files of the given names, each holding the module. */
  static byte[] tar(String... names) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String name : names) {
      byte[] head = new byte[512];
      text(head, 0, name);
      text(head, 124, "%011o".formatted(MODULE.length));
      head[156] = '0';
      text(head, 257, "ustar");
      out.writeBytes(head);
      byte[] block = new byte[512];
      System.arraycopy(MODULE, 0, block, 0, MODULE.length);
      out.writeBytes(block);
    }
    out.writeBytes(new byte[1024]);
    return out.toByteArray();
  }

  private static void text(byte[] to, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, to, at, bytes.length);
  }

  @Override
  public void close() {
    released.countDown();
    server.stop(0);
    threads.close();
  }
}
