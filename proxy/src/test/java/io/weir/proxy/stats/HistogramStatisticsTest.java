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
  void valuesOfABinAreSpreadOverIt() {
    // As a stock Envoy prints one and two recordings of 1.
    assertThat(of(1).quantile(0)).isEqualTo(1.05);
    assertThat(of(1).quantile(1)).isEqualTo(1.05);
    assertThat(of(1, 1).quantile(0.5)).isEqualTo(1.0333333333333334);
    assertThat(of(1, 1).quantile(0.75)).isEqualTo(1.0666666666666667);
  }

  @Test
  void quantileIsOneOfTheValues() {
    // Never between them.
    assertThat(of(5, 44).quantile(0.5)).isEqualTo(5.05);
    assertThat(of(5, 44).quantile(0.75)).isEqualTo(44.5);
  }

  @Test
  void binsHaveTwoDigits() {
    assertThat(of(123, 129).bins()).isEqualTo(1);
    assertThat(of(123, 129).binStart(0)).isEqualTo(120);
    assertThat(of(129, 130).bins()).isEqualTo(2);
    assertThat(of(Long.MAX_VALUE).binStart(0)).isEqualTo(9.2e18);
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
  void bucketsCountBinsThatBeginInThem() {
    var statistics = of(1, 10, 99);
    assertThat(statistics.countUpTo(0.5)).isZero();
    assertThat(statistics.countUpTo(1)).isEqualTo(1);
    assertThat(statistics.countUpTo(50)).isEqualTo(2);
    assertThat(statistics.countUpTo(100)).isEqualTo(3);
  }

  @Test
  void sumTakesBinsAtTheirLogarithmicMiddle() {
    // As a stock Envoy prints it for one recording of 1.
    assertThat(of(1).sum()).isEqualTo(1.0476190476190477);
  }
}
