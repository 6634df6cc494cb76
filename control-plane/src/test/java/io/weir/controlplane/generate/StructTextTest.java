package io.weir.controlplane.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a plugin gets must be what its author wrote, in the form that Istio gives it. */
final class StructTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                              | {}
          {"a": 1, "b": -7.0}             | {"a":1,"b":-7}
          {"b": 2, "a": 1}                | {"a":1,"b":2}
          {"a": 1.5, "b": 0.001}          | {"a":1.5,"b":0.001}
          {"a": 1000000, "b": 1e21}       | {"a":1000000,"b":1e+21}
          {"a": [], "b": {}, "c": [1, {}]} | {"a":[],"b":{},"c":[1,{}]}
          {"a": null, "b": true}          | {"a":null,"b":true}
          {"a": "\\"\\\\\\n\\t"}          | {"a":"\\"\\\\\\n\\t"}
          {"a": "<&>"}                    | {"a":"\\u003c\\u0026\\u003e"}
          {"a": "\\u0001ä"}               | {"a":"\\u0001ä"}
          """)
  void writesNumbersAndTextAsGoDoes(String written, String expected) throws Exception {
    Struct.Builder struct = Struct.newBuilder();
    JsonFormat.parser().merge(written, struct);

    assertThat(StructText.of(struct.build())).isEqualTo(expected);
  }
}
