package io.weir.filter.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {
  private static final Map<List<String>, Object> VALUES =
      Map.of(
          List.of("request", "path"),
          "/a/b?c=1",
          List.of("request", "size"),
          12L,
          List.of("request", "headers"),
          Map.of("x-a", "1", "host", "h"),
          List.of("request", "headers", "x-a"),
          "1",
          List.of("connection", "mtls"),
          true,
          List.of("metadata", "filter_metadata", "ns", "share"),
          0.5);

  private static Object evaluate(String text) throws CelException {
    return Expression.parse(text).evaluate(VALUES::get);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiterString = " => ",
      value = {
        "request.path == '/a/b?c=1' => true",
        "request.path.startsWith(\"/a\") && !request.path.endsWith('x') => true",
        "request.path.contains('b?') => true",
        "request.path.matches('^/[a-z]/') => true",
        "request.headers['x-a'] => 1",
        "'x-a' in request.headers => true",
        "'x-b' in request.headers => false",
        "has(request.size) => true",
        "has(request.nothing) => false",
        "request.size + 1 => 13",
        "request.size * 2 - 4 / 2 % 3 => 22",
        "-request.size < 0x10 => true",
        "request.size == 12.0 => true",
        "metadata.filter_metadata.ns.share >= 0.5 => true",
        "metadata.filter_metadata['ns'].share + 1.5e0 => 2.0",
        "connection.mtls ? 'yes' : 'no' => yes",
        "request.nothing == 1 || true => true",
        "false && request.nothing == 1 => false",
        "size('äb') + size([1, 2, 3]) + size({'a': 1}) => 6",
        "[1, 2] + [3] == [1, 2, 3] => true",
        "2 in [1, 2] => true",
        "{'a': 7}.a => 7",
        "[5, 6][1] => 6",
        "string(request.size) + r'\\d' => 12\\d",
        "int('42') == 42u => true",
        "double(1) => 1.0",
        "size('\\'\\n') => 2",
        "(1 < 2) != (2 < 1) => true",
      })
  void evaluates(String text, String value) throws CelException {
    assertThat(evaluate(text)).hasToString(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "request.path ==",
        "(1",
        "1 2",
        "foo(1)",
        "a.",
        "'abc",
        "1 +* 2",
        "#",
        "[1, 2",
        "a ? b",
        "{'a' 1}",
        "size(1, 2)",
        "99999999999999999999",
        "\"\\q\""
      })
  void refuses(String text) {
    assertThatThrownBy(() -> Expression.parse(text)).isInstanceOf(CelException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "request.nothing",
        "1 / 0",
        "'a' + 1",
        "!1",
        "[1][1]",
        "9223372036854775807 + 1",
        "request.path.matches('(')",
        "1 < 'a'",
        "true ? 1 / 0 : 1",
        "int('x')",
        "size(1)"
      })
  void failsWhenEvaluated(String text) throws CelException {
    Expression expression = Expression.parse(text);
    assertThatThrownBy(() -> expression.evaluate(VALUES::get)).isInstanceOf(CelException.class);
  }

  @Test
  void doesNotOverflowTheStack() {
    assertThatThrownBy(() -> Expression.parse("(".repeat(100_000)))
        .isInstanceOf(CelException.class);
    assertThatThrownBy(() -> Expression.parse("!".repeat(100_000) + "true"))
        .isInstanceOf(CelException.class);
  }
}
