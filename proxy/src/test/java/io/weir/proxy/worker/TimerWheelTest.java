package io.weir.proxy.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerWheelTest {
  private final ManualTicker ticker = new ManualTicker();
  private final List<Long> wakeUps = new ArrayList<>();
  private final TimerWheel wheel = new TimerWheel(ticker, wakeUps::add);
  private final List<String> fired = new ArrayList<>();

  private WheelTimer timer(String name) {
    return wheel.newTimer(() -> fired.add(name));
  }

  private void advance(long millis) {
    ticker.advanceMillis(millis);
    wheel.expire();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 63, 64, 65, 100, 4095, 4096, 15_000, 300_000, 3_600_000, 86_400_000_0L})
  void firesAtItsTimeAndNotBefore(long delay) {
    ticker.advanceMillis(17);
    var timer = timer("a");
    timer.arm(delay);
    assertThat(timer.armed()).isTrue();
    if (delay > 1) {
      advance(delay - 1);
      assertThat(fired).isEmpty();
    }
    advance(1);
    assertThat(fired).containsExactly("a");
    assertThat(timer.armed()).isFalse();
    advance(delay);
    assertThat(fired).hasSize(1);
  }

  @Test
  void cancelledTimerDoesNotFire() {
    var timer = timer("a");
    timer.arm(10);
    timer.cancel();
    advance(100);
    assertThat(fired).isEmpty();
  }

  @Test
  void rearmingMovesTheDeadlineBothWays() {
    var timer = timer("a");
    timer.arm(10);
    timer.arm(1000);
    advance(999);
    assertThat(fired).isEmpty();
    advance(1);
    assertThat(fired).hasSize(1);
    timer.arm(1000);
    timer.arm(10);
    advance(10);
    assertThat(fired).hasSize(2);
  }

  @Test
  void taskMayArmAndCancelOthersThatAreDue() {
    var second = timer("second");
    var first =
        wheel.newTimer(
            () -> {
              fired.add("first");
              second.cancel();
            });
    second.arm(5);
    first.arm(5);
    advance(5);
    // Either order is right, but a cancelled timer must not run afterwards.
    assertThat(fired).contains("first");
    fired.clear();
    advance(50);
    assertThat(fired).isEmpty();
  }

  @Test
  void taskThatRearmsItselfWithoutDelayDoesNotLoop() {
    var holder = new WheelTimer[1];
    holder[0] =
        wheel.newTimer(
            () -> {
              fired.add("again");
              holder[0].arm(0);
            });
    holder[0].arm(0);
    advance(1);
    assertThat(fired).hasSize(1);
    advance(1);
    assertThat(fired).hasSize(2);
  }

  @Test
  void taskThatThrowsDoesNotStopTheOthers() {
    var bad =
        wheel.newTimer(
            () -> {
              throw new IllegalStateException("bad");
            });
    bad.arm(5);
    timer("good").arm(6);
    ticker.advanceMillis(10);
    try {
      wheel.expire();
    } catch (IllegalStateException expected) {
      wakeUps.clear();
    }
    advance(1);
    assertThat(fired).containsExactly("good");
  }

  @Test
  void asksForOneWakeUpUntilAnEarlierTimerComes() {
    timer("a").arm(1000);
    timer("b").arm(2000);
    assertThat(wakeUps).containsExactly(1000L);
    timer("c").arm(10);
    assertThat(wakeUps).containsExactly(1000L, 10L);
  }

  @Test
  void followsItsWakeUpsToTheEnd() {
    timer("far").arm(123_456_789);
    long waited = 0;
    while (fired.isEmpty()) {
      long next = wakeUps.getLast();
      waited += next;
      advance(next);
    }
    assertThat(waited).isEqualTo(123_456_789);
    assertThat(wakeUps.size()).isLessThan(10);
  }

  @Test
  void agreesWithASortedMapOverRandomScripts() {
    var random = new Random(7);
    var timers = new ArrayList<WheelTimer>();
    var deadlines = new ArrayList<Long>();
    for (int i = 0; i < 200; i++) {
      timers.add(timer("t" + i));
      deadlines.add(-1L);
    }
    long now = 0;
    for (int step = 0; step < 20_000; step++) {
      int which = random.nextInt(timers.size());
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          long delay = 1 + (long) Math.pow(10, random.nextDouble() * 6);
          timers.get(which).arm(delay);
          deadlines.set(which, now + delay);
        }
        case 2 -> {
          timers.get(which).cancel();
          deadlines.set(which, -1L);
        }
        default -> {
          long by = random.nextInt(5000);
          now += by;
          fired.clear();
          advance(by);
          var due = new ArrayList<String>();
          for (int i = 0; i < deadlines.size(); i++) {
            if (deadlines.get(i) >= 0 && deadlines.get(i) <= now) {
              due.add("t" + i);
              deadlines.set(i, -1L);
            }
          }
          assertThat(fired).containsExactlyInAnyOrderElementsOf(due);
        }
      }
    }
  }
}
