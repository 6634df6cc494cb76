package io.weir.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.xds.XdsChannelCredentials;
import io.grpc.xds.XdsServerBuilder;
import io.grpc.xds.XdsServerCredentials;
import io.weir.controlplane.config.MeshConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** grpc-java's own xDS client takes its routes and endpoints from us, without a proxy. */
final class ProxylessGrpcTest {

  private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);
  private static final MethodDescriptor<String, String> WHO =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Echo/Who")
          .setRequestMarshaller(new Text())
          .setResponseMarshaller(new Text())
          .build();
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
        - {address: 127.0.0.1, ports: {grpc: PORT0}, labels: {v: a}}
        - {address: 127.0.0.1, ports: {grpc: PORT1}, labels: {v: b}}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: shop}
      spec: {host: echo, subsets: [{name: b, labels: {v: b}}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: shop}
      spec:
        hosts: [echo]
        http:
        - match: [{headers: {x-to: {exact: b}}}]
          corsPolicy: {allowOrigins: [{exact: x}]}
          route: [{destination: {host: echo, subset: b}}]
        - route: [{destination: {host: echo}}]
      """;

  @TempDir private Path folder;
  private final List<Server> servers = new ArrayList<>();
  private ControlPlane plane;
  private ManagedChannel channel;

  private record Text() implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream in) {
      try {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private int serve(String name) throws IOException {
    Server server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(echo(name))
            .build()
            .start();
    servers.add(server);
    return server.getPort();
  }

  private static ServerServiceDefinition echo(String name) {
    return ServerServiceDefinition.builder("test.Echo")
        .addMethod(
            WHO,
            ServerCalls.asyncUnaryCall(
                (request, out) -> {
                  out.onNext(name);
                  out.onCompleted();
                }))
        .build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    plane.close();
    servers.forEach(Server::shutdownNow);
  }

  private String call(String to) {
    Metadata headers = new Metadata();
    if (!to.isEmpty()) {
      headers.put(Metadata.Key.of("x-to", Metadata.ASCII_STRING_MARSHALLER), to);
    }
    return ClientCalls.blockingUnaryCall(
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
        WHO,
        CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS).withWaitForReady(),
        "");
  }

  @Test
  void routesAndBalancesAndFollowsChanges() throws Exception {
    String config =
        CONFIG
            .replace("PORT0", Integer.toString(serve("a")))
            .replace("PORT1", Integer.toString(serve("b")));
    Path file = folder.resolve("a.yaml");
    Files.writeString(file, config);
    plane =
        ControlPlane.start(
            new ControlPlane.Options(folder, ANY_PORT, ANY_PORT, MeshConfig.DEFAULT, false));
    System.setProperty(
        "io.grpc.xds.bootstrapConfig",
        """
        {"xds_servers": [{"server_uri": "127.0.0.1:%d", "channel_creds": [{"type": "insecure"}],
        "server_features": ["xds_v3"]}],
        "node": {"id": "sidecar~10.0.0.1~app.shop~shop.svc.cluster.local", "metadata": {"GENERATOR": "grpc"}}}
        """
            .formatted(plane.xdsPort()));
    channel =
        Grpc.newChannelBuilder(
                "xds:///echo.shop.svc.cluster.local:7000",
                XdsChannelCredentials.create(InsecureChannelCredentials.create()))
            .build();

    Set<String> answers = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      answers.add(call(""));
    }
    assertThat(answers).containsExactlyInAnyOrder("a", "b");
    for (int i = 0; i < 5; i++) {
      assertThat(call("b")).isEqualTo("b");
    }

    Files.writeString(file, config.replace("labels: {v: a}}", "labels: {v: b}}"));
    answers.clear();
    for (int i = 0; i < 20_000 && answers.size() < 2; i++) {
      answers.add(call("b"));
    }
    assertThat(answers).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void serversAskForTheirListenerAndItsPolicies() throws Exception {
    int port = freePort();
    Files.writeString(folder.resolve("a.yaml"), serverConfig(port));
    plane =
        ControlPlane.start(
            new ControlPlane.Options(folder, ANY_PORT, ANY_PORT, MeshConfig.DEFAULT, false));
    CountDownLatch serving = new CountDownLatch(1);
    XdsServerBuilder builder =
        XdsServerBuilder.forPort(
            port, XdsServerCredentials.create(InsecureServerCredentials.create()));
    builder.overrideBootstrapForTest(serverBootstrap());
    Server server =
        builder
            .addService(echo("me"))
            .xdsServingStatusListener(
                new XdsServerBuilder.XdsServingStatusListener() {
                  @Override
                  public void onServing() {
                    serving.countDown();
                  }

                  @Override
                  public void onNotServing(Throwable reason) {}
                })
            .build();
    servers.add(server.start());
    channel =
        Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create()).build();

    assertThat(serving.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(call("friend")).isEqualTo("me");
    assertThatThrownBy(() -> call("enemy")).hasMessageContaining("PERMISSION_DENIED");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static String serverConfig(int port) {
    return """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: echo, namespace: shop}
        spec:
          hosts: [echo.shop.svc.cluster.local]
          ports: [{number: 7000, name: grpc, protocol: GRPC}]
          location: MESH_INTERNAL
          resolution: STATIC
          endpoints: [{address: 10.0.0.9, ports: {grpc: PORT}}]
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: no-enemies, namespace: shop}
        spec:
          action: DENY
          rules: [{when: [{key: "request.headers[x-to]", values: [enemy]}]}]
        """
        .replace("PORT", Integer.toString(port));
  }

  private Map<String, Object> serverBootstrap() {
    return Map.of(
        "xds_servers",
        List.of(
            Map.of(
                "server_uri",
                "127.0.0.1:" + plane.xdsPort(),
                "channel_creds",
                List.of(Map.of("type", "insecure")),
                "server_features",
                List.of("xds_v3"))),
        "server_listener_resource_name_template",
        "xds.istio.io/grpc/lds/inbound/%s",
        "node",
        Map.of(
            "id",
            "sidecar~10.0.0.9~app.shop~shop.svc.cluster.local",
            "metadata",
            Map.of("GENERATOR", "grpc")));
  }
}
