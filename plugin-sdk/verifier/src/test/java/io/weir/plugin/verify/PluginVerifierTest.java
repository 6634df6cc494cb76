package io.weir.plugin.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PluginVerifierTest {
  /** Uses what plugins have. */
  static final class Fine {
    record Pair(String name, int value) {}

    sealed interface Shape permits Square {}

    record Square(int side) implements Shape {}

    String run(List<String> names, Object shape) {
      var pairs = names.stream().map(name -> new Pair(name, name.length())).toList();
      String kind =
          switch (shape) {
            case Square(int side) when side > 1 -> "square " + side;
            case null -> "none";
            default -> shape.toString();
          };
      return kind
          + pairs
          + Map.of("a", 1)
          + String.format("%d", 3)
          + java.time.Duration.ofMillis(1);
    }
  }

  /** Uses what they have not. */
  static final class Bad {
    Object run() throws Exception {
      new Thread(() -> {}).start();
      Reached.run();
      return Class.forName("x");
    }
  }

  /** Is used by another class. */
  static final class Reached {
    static byte[] run() throws Exception {
      return java.security.MessageDigest.getInstance("SHA-256").digest(new byte[Integer.sum(1, 2)]);
    }
  }

  /** Is not reached. */
  static final class Unreached {
    void run() {
      System.exit(1);
    }
  }

  private static byte @Nullable [] find(String name) {
    if (!name.startsWith("io/weir/plugin/verify/PluginVerifierTest$")) {
      return null;
    }
    try (InputStream in = PluginVerifierTest.class.getResourceAsStream("/" + name + ".class")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<Finding> verify(Class<?> type) {
    return PluginVerifier.verify(
        List.of(type.getName().replace('.', '/')), PluginVerifierTest::find);
  }

  @Test
  void letsPlainJavaPass() {
    assertThat(verify(Fine.class)).isEmpty();
  }

  @Test
  void namesLineMemberAndSubstituteOfAllThatIsReached() {
    assertThat(verify(Bad.class))
        .extracting(Finding::used)
        .containsOnly(
            "java.lang.Thread",
            "java.lang.Thread.start",
            "java.lang.Class.forName",
            "java.security.MessageDigest.getInstance",
            "java.security.MessageDigest.digest",
            "java.lang.Integer.sum");
    assertThat(verify(Bad.class).getLast().toString())
        .matches(
            "PluginVerifierTest.java:\\d+: java.security.MessageDigest.digest does not exist for"
                + " plugins; use Sha256");
  }
}
