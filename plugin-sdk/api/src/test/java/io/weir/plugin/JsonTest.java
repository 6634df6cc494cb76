package io.weir.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  @Test
  void readsEveryKindOfValue() {
    assertThat(Json.parse(" {\"a\": [1, -2.5e2, true, false], \"b\": \"x\\n\\u0041\\\\\"} "))
        .isEqualTo(Map.of("a", List.of(1.0, -250.0, true, false), "b", "x\nA\\"));
    assertThat(Json.parse("null")).isNull();
    assertThat(Json.parseObject("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1,]",
        "{\"a\"}",
        "{a: 1}",
        "\"open",
        "tru",
        "1 2",
        "+1",
        ".5",
        "1.",
        "\"\\x\"",
        "\"\\u12\"",
        "[\u0001]"
      })
  void refusesWhatIsNotJson(String text) {
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("bad JSON at offset");
  }

  @Test
  void refusesNestingThatWouldOverflowAGuest() {
    assertThatThrownBy(() -> Json.parse("[".repeat(1000)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("less nesting");
  }
}
