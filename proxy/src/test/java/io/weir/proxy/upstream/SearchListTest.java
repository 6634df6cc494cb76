package io.weir.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SearchListTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                     | a.b | a.b.",
        "search one.test two.test.            | a   | a.one.test. a.two.test. a.",
        "search one.test two.test             | a.b | a.b. a.b.one.test. a.b.two.test.",
        "search one.test two.test             | a.  | a.",
        "search one.test;options ndots:3      | a.b | a.b.one.test. a.b.",
        "search old.test;domain new.test      | a   | a.new.test. a.",
        "nameserver 1.2.3.4;search .          | a   | a.",
        "options timeout:2 ndots:many;search x| a   | a.x. a.",
      })
  void looksInTheDomainsOfResolvConf(String lines, String name, String expected) {
    List<String> file = lines == null ? List.of() : List.of(lines.split(";"));

    assertThat(String.join(" ", SearchList.of(file).candidates(name))).isEqualTo(expected);
  }
}
