package io.weir.proxy.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The worker allocates little for a request; what it does not allocate needs no collection. */
class GarbageTest {
  private static final int MOST_BYTES = 1024;

  @Test
  void aProxiedRequestLeavesLittleGarbage() throws Exception {
    Process probe =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:+UseCompactObjectHeaders",
                    "-XX:-UsePerfData",
                    "-Dio.netty.leakDetection.level=disabled",
                    "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-cp",
                    System.getProperty("java.class.path"),
                    GarbageProbe.class.getName()))
            .redirectErrorStream(true)
            .start();
    try {
      String output =
          new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      assertThat(probe.waitFor(1, TimeUnit.MINUTES)).as(output).isTrue();
      String figure = output.substring(output.lastIndexOf(' ') + 1);
      assertThat(output).contains("bytes per request: ");
      assertThat(Integer.parseInt(figure)).as(output).isLessThanOrEqualTo(MOST_BYTES);
    } finally {
      probe.destroyForcibly();
    }
  }
}
