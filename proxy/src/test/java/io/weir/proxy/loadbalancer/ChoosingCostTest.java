package io.weir.proxy.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Choosing a host is done for every request: it leaves no garbage. */
final class ChoosingCostTest {
  static Stream<String> policies() {
    return ChoosingCost.policies().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("policies")
  void leavesNoGarbage(String policy) {
    ChoosingCost.Cost equal = ChoosingCost.measure(ChoosingCost.policies().get(policy), false);
    ChoosingCost.Cost weighted = ChoosingCost.measure(ChoosingCost.policies().get(policy), true);
    assertThat(equal.bytes()).as("equal weights").isLessThan(0.1);
    assertThat(weighted.bytes()).as("unequal weights").isLessThan(0.1);
  }
}
