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
        .isEqualTo(
            Map.of(
                "a",
                List.of(new JsonNumber("1"), new JsonNumber("-2.5e2"), true, false),
                "b",
                "x\nA\\"));
    assertThat(Json.parse("null")).isNull();
    assertThat(Json.parseObject("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "-1", "12345678901", "0.1", "-2.5e2", "1e-7", "123456.789", "9E22", "5e-1"})
  void numbersAreThoseOfTheJdkAndPrintAsTheyWere(String text) {
    Object number = Json.parse(text);
    assertThat(number)
        .isInstanceOfSatisfying(
            JsonNumber.class,
            json -> {
              assertThat(json.doubleValue()).isEqualTo(Double.parseDouble(text));
              assertThat(json.longValue()).isEqualTo((long) Double.parseDouble(text));
            });
    assertThat(Json.print(number)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":[1,2.50,true,null],\"b\":{},\"c\":[]}",
        "\"quote \\\" back \\\\ line\\n control \\u0001\"",
        "{}",
        "[]"
      })
  void printsWhatItRead(String text) {
    assertThat(Json.print(Json.parse(text))).isEqualTo(text);
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

  @Test
  void numbersBecomeTheShortestText() {
    assertThat(JsonNumber.text(3)).isEqualTo("3");
    assertThat(JsonNumber.text(-0.1)).isEqualTo("-0.1");
    assertThat(JsonNumber.text(1.25)).isEqualTo("1.25");
    assertThat(JsonNumber.text(1234567.001)).isEqualTo("1234567.001");
    assertThat(JsonNumber.text(1e20)).isEqualTo("1.00000000000000E20");
    assertThat(JsonNumber.text(1.0 / 3)).isEqualTo("0.3333333333333333");
    assertThat(JsonNumber.text(Double.NaN)).isEqualTo("NaN");
    assertThat(JsonNumber.text(Double.NEGATIVE_INFINITY)).isEqualTo("-Infinity");
  }
}
