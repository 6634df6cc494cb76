package io.weir.controlplane.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.config.ConfigKey;
import io.weir.controlplane.config.Kind;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DebounceWindowTest {

  private static final ConfigKey A = new ConfigKey(Kind.GATEWAY, "n", "a");
  private static final ConfigKey B = new ConfigKey(Kind.GATEWAY, "n", "b");

  private final DebounceWindow window =
      new DebounceWindow(Duration.ofMillis(100), Duration.ofMillis(250));

  private static long ms(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  @Test
  void isDueWhenNothingHappensForAWhile() {
    window.add(Set.of(A), ms(0));
    assertThat(window.take(ms(99))).isNull();

    window.add(Set.of(B), ms(99));
    assertThat(window.remaining(ms(150))).isEqualTo(ms(49));
    assertThat(window.take(ms(150))).isNull();
    assertThat(window.take(ms(199))).containsExactly(A, B);
    assertThat(window.isOpen()).isFalse();
  }

  @Test
  void waitsForTheFirstChangeOnlySoLong() {
    for (long at = 0; at < 250; at += 50) {
      window.add(Set.of(A), ms(at));
      assertThat(window.take(ms(at))).isNull();
    }
    assertThat(window.take(ms(250))).containsExactly(A);
  }

  @Test
  void beginsAnew() {
    window.add(Set.of(A), ms(0));
    window.take(ms(100));

    window.add(Set.of(B), ms(1000));
    assertThat(window.take(ms(1099))).isNull();
    assertThat(window.take(ms(1100))).containsExactly(B);
  }

  @Test
  void endpointsWaitLess() {
    window.add(Set.of(new ConfigKey(Kind.WORKLOAD_ENTRY, "n", "w")), ms(0));
    assertThat(window.remaining(ms(0))).isEqualTo(ms(20));
    window.add(Set.of(A), ms(10));
    assertThat(window.remaining(ms(10))).isEqualTo(ms(100));
  }
}
