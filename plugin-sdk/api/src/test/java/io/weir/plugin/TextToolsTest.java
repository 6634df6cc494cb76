package io.weir.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Timestamps, globs and labelled names; java.time is the reference. */
class TextToolsTest {
  private static final DateTimeFormatter HTTP =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", java.util.Locale.ENGLISH);

  @Test
  void timestampsAgreeWithTheJdk() {
    var random = new Random(7);
    for (int i = 0; i < 5_000; i++) {
      long millis = (long) (random.nextDouble() * 253_402_300_799_999L);
      Instant instant = Instant.ofEpochMilli(millis);
      String text = Timestamps.rfc3339(millis);

      assertThat(Instant.parse(text)).isEqualTo(instant);
      assertThat(Timestamps.parseRfc3339(text)).isEqualTo(millis);
      assertThat(Timestamps.httpDate(millis))
          .isEqualTo(HTTP.format(instant.atOffset(ZoneOffset.UTC)));
      assertThat(Timestamps.parseHttpDate(Timestamps.httpDate(millis)))
          .isEqualTo(instant.truncatedTo(ChronoUnit.SECONDS).toEpochMilli());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-02-28T12:00:00+01:30, 1772274600000",
    "2026-02-28 12:00:00.5Z, 1772280000500",
    "2026-02-30T12:00:00Z, -9223372036854775808",
    "2026-02-28T24:00:00Z, -9223372036854775808",
    "2026-02-28T12:00:00, -9223372036854775808",
    "2026-02-28, -9223372036854775808"
  })
  void readsOffsetsAndRefusesWhatIsNoMoment(String text, long millis) {
    assertThat(Timestamps.parseRfc3339(text)).isEqualTo(millis);
  }

  @ParameterizedTest
  @CsvSource({
    "*, abc, true",
    "a*c, abbbc, true",
    "a*c, abcd, false",
    "a?c, abc, true",
    "a?c, ac, false",
    "*.example.com, a.b.example.com, true",
    "a*b*c, aXbXbYc, true",
    "'', '', true",
    "abc, ab, false"
  })
  void globs(String pattern, String text, boolean fits) {
    assertThat(Glob.matches(pattern, text)).isEqualTo(fits);
  }

  @Test
  void labelsBecomePartsOfTheName() {
    List<String> names = new ArrayList<>();
    var metric =
        new LabelledMetric(
            "hits",
            new String[] {"user", "code"},
            name -> {
              names.add(name);
              return new Metric() {
                @Override
                public void add(long amount) {}

                @Override
                public void record(long value) {}
              };
            });
    metric.of("a.b", "200").add(1);
    metric.of("a.b", "200").add(1);
    for (int i = 0; i < 2_000; i++) {
      metric.of("u" + i, "200").add(1);
    }

    assertThat(names).hasSize(1_001).startsWith("hits.user.a_b.code.200");
    assertThat(names).last().isEqualTo("hits.user.other.code.other");
  }
}
