package io.weir.proxy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class HistogramStatisticsTest {
  private static HistogramStatistics of(long... values) {
    var counts = new LogLinearCounts();
    for (long value : values) {
      counts.add(value, 1);
    }
    return HistogramStatistics.of(counts);
  }

  @Test
  void quantilesAreInterpolatedInsideABin() {
    var one = of(1);
    assertThat(one.quantile(0)).isEqualTo(1);
    assertThat(one.quantile(0.25)).isEqualTo(1.025);
    assertThat(one.quantile(0.5)).isEqualTo(1.05);
    assertThat(one.quantile(1)).isEqualTo(1.1);
  }

  @Test
  void binsHaveTwoDigits() {
    // 123 and 129 share the bin from 120 to 130, 130 does not.
    assertThat(of(123, 129).quantile(1)).isEqualTo(130);
    assertThat(of(130).quantile(0)).isEqualTo(130);
    assertThat(of(Long.MAX_VALUE).quantile(0)).isEqualTo(9.2e18);
  }

  @Test
  void emptyHistogramHasNoQuantiles() {
    assertThat(HistogramStatistics.EMPTY.quantile(0.5)).isNaN();
    assertThat(HistogramStatistics.EMPTY.count()).isZero();
  }

  @Test
  void zeroIsItsOwnBin() {
    var statistics = of(0, 0, 5);
    assertThat(statistics.count()).isEqualTo(3);
    assertThat(statistics.quantile(0.5)).isZero();
    assertThat(statistics.countUpTo(0.5)).isEqualTo(2);
    assertThat(statistics.sum()).isCloseTo(5, within(0.1));
  }

  @Test
  void bucketsCountOnlyWhatSurelyBelongsBelow() {
    var statistics = of(1, 10, 99);
    assertThat(statistics.countUpTo(1)).isZero();
    assertThat(statistics.countUpTo(5)).isEqualTo(1);
    assertThat(statistics.countUpTo(50)).isEqualTo(2);
    assertThat(statistics.countUpTo(100)).isEqualTo(3);
  }
}
