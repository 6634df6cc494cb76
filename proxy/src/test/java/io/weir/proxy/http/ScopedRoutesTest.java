package io.weir.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.http.ScopedRoutes.Fragment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parts of a scope's key out of a header, as a stock Envoy finds them. */
final class ScopedRoutesTest {
  private static final HeaderName NAME = HeaderName.of("x-scope");

  private static @Nullable String extract(Fragment fragment, @Nullable String value) {
    var headers = new HeaderMap();
    if (value != null) {
      headers.add(NAME, value);
    }
    return fragment.of(headers);
  }

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      nullValues = "null",
      value = {
        "'a,b',0,a",
        "'a,b',1,b",
        "'a, b',1,' b'",
        "'a,',1,''",
        "'a',1,null",
        "'',0,''",
        "null,0,null",
        "'a,b,c',2,c",
      })
  void byIndex(@Nullable String header, int index, @Nullable String part) {
    assertThat(extract(new Fragment(NAME, ",", index, null, ""), header)).isEqualTo(part);
  }

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      nullValues = "null",
      value = {
        "'a=1;vip=2;b',2",
        "'vip=',''",
        "'vip',''",
        "'vip=1=x',1=x",
        "'VIP=1',null",
        "'vips=1',null",
        "'xvip=1',null",
        "'a;vip=1;vip=2',1",
        "null,null",
      })
  void byKey(@Nullable String header, @Nullable String part) {
    assertThat(extract(new Fragment(NAME, ";", 0, "vip", "="), header)).isEqualTo(part);
  }

  @ParameterizedTest
  @CsvSource({"whole value,whole value", "'a,b','a,b'"})
  void withoutASeparator(String header, String part) {
    assertThat(extract(new Fragment(NAME, "", 0, null, ""), header)).isEqualTo(part);
  }
}
