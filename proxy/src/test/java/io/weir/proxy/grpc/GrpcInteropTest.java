package io.weir.proxy.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.LiveProxy;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.runner.JUnitCore;
import org.junit.runner.Request;

/** grpc-java's interoperability suite passes through the proxy, HTTP/2 on both sides. */
final class GrpcInteropTest {
  @TempDir static Path folder;
  private static LiveProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InteropCases.serverPort = free.getLocalPort();
    }
    String bootstrap;
    try (var in = GrpcInteropTest.class.getResourceAsStream("interop.yaml")) {
      bootstrap = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    proxy =
        LiveProxy.start(
            folder, bootstrap.replace("$SERVER", Integer.toString(InteropCases.serverPort)));
    InteropCases.proxyPort = proxy.port("grpc");
  }

  @AfterAll
  static void stop() {
    proxy.close();
    InteropCases.LOOPS.shutdownGracefully();
  }

  @TestFactory
  Stream<DynamicTest> suite() {
    return Arrays.stream(InteropCases.class.getMethods())
        .filter(method -> method.isAnnotationPresent(org.junit.Test.class))
        .map(Method::getName)
        .distinct()
        .sorted(Comparator.naturalOrder())
        .map(name -> DynamicTest.dynamicTest(name, () -> run(name)));
  }

  private static void run(String method) {
    var result = new JUnitCore().run(Request.method(InteropCases.class, method));
    assertThat(result.getFailures()).isEmpty();
    assertThat(result.getRunCount()).isOne();
  }
}
