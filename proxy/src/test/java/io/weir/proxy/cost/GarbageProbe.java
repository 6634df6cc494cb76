package io.weir.proxy.cost;

import com.sun.management.ThreadMXBean;
import io.weir.proxy.LiveProxy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A proxy in a process of its own that prints how many bytes its worker allocates for a request:
 * tests' own flags (no C2, leak detection) would be measured otherwise. {@code GarbageTest} starts
 * it.
 */
final class GarbageProbe {
  private static final int WARM_UP = 30_000;
  private static final int REQUESTS = 5_000;
  private static final byte[] REQUEST =
      """
      GET /api/v1/items?id=42 HTTP/1.1
      host: 127.0.0.1:8080
      accept: */*
      user-agent: Mozilla/5.0 (X11; Linux x86_64) perf/1.0
      accept-encoding: gzip, br
      accept-language: en-US,en;q=0.9
      cache-control: no-cache
      x-tenant: acme
      cookie: session=0123456789abcdef0123456789abcdef

      """
          .replace("\n", "\r\n")
          .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] RESPONSE =
      ("HTTP/1.1 200 OK\r\nserver: probe\r\ncontent-type: text/plain\r\ncontent-length: 361\r\n\r\n"
              + "x".repeat(361))
          .getBytes(StandardCharsets.US_ASCII);
  private static final String BOOTSTRAP =
      """
      static_resources:
        listeners:
        - name: l
          address: {socket_address: {address: 127.0.0.1, port_value: 0}}
          filter_chains:
          - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: ingress
                route_config: {name: r, virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: "/"}, route: {cluster: origin}}]}]}
                http_filters:
                - name: envoy.filters.http.router
                  typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        clusters:
        - name: origin
          type: STATIC
          connect_timeout: 5s
          load_assignment: {cluster_name: origin, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}
      """;

  private GarbageProbe() {}

  public static void main(String[] args) throws Exception {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Path folder = Files.createTempDirectory("garbage");
    try (var origin = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofPlatform().daemon().start(() -> answer(origin));
      try (var proxy = LiveProxy.start(folder, BOOTSTRAP.formatted(origin.getLocalPort()));
          var client = proxy.connect("l")) {
        exchange(client, WARM_UP);
        long worker = worker();
        long least = Long.MAX_VALUE;
        long last;
        // Until it falls no more: a busy machine compiles late.
        do {
          last = least;
          long before = threads.getThreadAllocatedBytes(worker);
          exchange(client, REQUESTS);
          least = Math.min(last, (threads.getThreadAllocatedBytes(worker) - before) / REQUESTS);
        } while (last - least > last / 100);
        System.out.println("bytes per request: " + least);
        if (args.length > 0) {
          exchange(client, Integer.parseInt(args[0]));
        }
      }
    } finally {
      Files.deleteIfExists(folder.resolve("bootstrap.yaml"));
      Files.delete(folder);
    }
    System.exit(0);
  }

  private static long worker() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().contains("worker_0"))
        .findFirst()
        .orElseThrow()
        .threadId();
  }

  private static void exchange(Socket client, int times) throws IOException {
    OutputStream out = client.getOutputStream();
    InputStream in = client.getInputStream();
    byte[] read = new byte[8192];
    int head = -1;
    for (int i = 0; i < times; i++) {
      out.write(REQUEST);
      int length = 0;
      while (head < 0 || length < head + 361) {
        int got = in.read(read, length, read.length - length);
        if (got < 0) {
          throw new IOException("closed");
        }
        length += got;
        head = endOfHead(read, length);
      }
    }
  }

  private static int endOfHead(byte[] text, int length) {
    for (int i = 3; i < length; i++) {
      if (text[i] == '\n' && text[i - 1] == '\r' && text[i - 2] == '\n' && text[i - 3] == '\r') {
        return i + 1;
      }
    }
    return -1;
  }

  /** An origin of one connection that answers every head that ends with the bytes read. */
  private static void answer(ServerSocket origin) {
    try (Socket connection = origin.accept()) {
      byte[] read = new byte[8192];
      int length = 0;
      while (true) {
        int got = connection.getInputStream().read(read, length, read.length - length);
        if (got < 0) {
          return;
        }
        length += got;
        if (endOfHead(read, length) == length) {
          length = 0;
          connection.getOutputStream().write(RESPONSE);
        }
      }
    } catch (IOException e) {
      // The end of the probe.
    }
  }
}
