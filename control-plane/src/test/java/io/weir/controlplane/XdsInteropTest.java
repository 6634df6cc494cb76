package io.weir.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.testing.integration.LoadBalancerStatsServiceGrpc;
import io.grpc.testing.integration.Messages.LoadBalancerStatsRequest;
import io.grpc.testing.integration.Messages.LoadBalancerStatsResponse;
import io.grpc.testing.integration.XdsTestClient;
import io.grpc.testing.integration.XdsTestServer;
import io.weir.controlplane.config.MeshConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The client and the servers by which gRPC's implementations test their xDS with one another, as
 * processes of their own: names are resolved, calls balanced and a server's listener given by us.
 */
@Timeout(120)
final class XdsInteropTest {
  private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);
  private static final int CALLS = 20;
  private static final String CONFIG =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: echo, namespace: shop}
      spec:
        hosts: [echo.shop.svc.cluster.local]
        ports: [{number: 7000, name: grpc, protocol: GRPC}]
        location: MESH_INTERNAL
        resolution: STATIC
        endpoints:
        - {address: 127.0.0.1, ports: {grpc: PORT0}}
        - {address: 127.0.0.1, ports: {grpc: PORT1}}
      """;

  @TempDir private Path folder;
  private final List<Process> processes = new ArrayList<>();
  private ControlPlane plane;

  @AfterEach
  void stop() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    plane.close();
  }

  @Test
  void testClientCallsTestServers() throws Exception {
    int first = freePort();
    int second = freePort();
    Path config = Files.createDirectory(folder.resolve("config"));
    String both =
        CONFIG.replace("PORT0", Integer.toString(first)).replace("PORT1", Integer.toString(second));
    Files.writeString(config.resolve("a.yaml"), both);
    plane =
        ControlPlane.start(
            new ControlPlane.Options(config, ANY_PORT, ANY_PORT, MeshConfig.DEFAULT, false));
    BufferedReader served =
        run(
            Server.class,
            "--port=" + first,
            "--maintenance_port=" + freePort(),
            "--secure_mode=true");
    awaitLine(served, "Server started");
    awaitLine(run(Server.class, "--port=" + second), "Server started");
    int stats = freePort();
    BufferedReader calls =
        run(
            Client.class,
            "--server=xds:///echo.shop.svc.cluster.local:7000",
            "--stats_port=" + stats,
            "--qps=50",
            "--print_response=true");

    Set<String> answered = new HashSet<>();
    while (answered.size() < 2) {
      answered.add(server(calls));
    }
    assertThat(answered).containsExactlyInAnyOrder(":" + first, ":" + second);
    assertThat(next(stats).getNumFailures()).isZero();

    String one = both.lines().filter(line -> !line.contains("" + second)).reduce("", this::join);
    Files.writeString(config.resolve("a.yaml"), one);
    int inARow = 0;
    while (inARow < CALLS) {
      inARow = server(calls).equals(":" + first) ? inARow + 1 : 0;
    }
    assertThat(next(stats).getNumFailures()).isZero();
  }

  private String join(String text, String line) {
    return text + line + "\n";
  }

  /** How the client's next calls went. */
  private static LoadBalancerStatsResponse next(int port) throws InterruptedException {
    ManagedChannel channel =
        Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create()).build();
    try {
      return LoadBalancerStatsServiceGrpc.newBlockingStub(channel)
          .withWaitForReady()
          .withDeadlineAfter(40, TimeUnit.SECONDS)
          .getClientStats(
              LoadBalancerStatsRequest.newBuilder().setNumRpcs(CALLS).setTimeoutSec(30).build());
    } finally {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  private BufferedReader run(Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("GRPC_XDS_BOOTSTRAP_CONFIG", bootstrap());
    Process process = builder.start();
    processes.add(process);
    return process.inputReader();
  }

  private String bootstrap() {
    return """
        {"xds_servers": [{"server_uri": "127.0.0.1:%d", "channel_creds": [{"type": "insecure"}],
        "server_features": ["xds_v3"]}],
        "server_listener_resource_name_template": "xds.istio.io/grpc/lds/inbound/%%s",
        "node": {"id": "sidecar~127.0.0.1~app.shop~shop.svc.cluster.local",
        "metadata": {"GENERATOR": "grpc"}}}
        """
        .formatted(plane.xdsPort());
  }

  /** Which server gave the next answer. */
  private static String server(BufferedReader calls) throws IOException {
    String line = awaitLine(calls, "Hello world");
    return line.substring(line.lastIndexOf(':'));
  }

  private static String awaitLine(BufferedReader lines, String part) throws IOException {
    List<String> others = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.contains(part)) {
        return line;
      }
      others.add(line);
    }
    throw new AssertionError("ended without \"" + part + "\": " + others);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /**
   * Java's launcher looks at all of a main class, and this one names libraries it does not need.
   */
  static final class Server {
    private Server() {}

    public static void main(String[] arguments) throws Exception {
      XdsTestServer.main(arguments);
    }
  }

  /** As {@link Server}. */
  static final class Client {
    private Client() {}

    public static void main(String[] arguments) {
      XdsTestClient.main(arguments);
    }
  }
}
