package io.weir.plugin.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.plugin.ConfigurationException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sources go through the compiler with the processor; what it wrote is read and run. */
class PluginProcessorTest {
  private static final String ALL_TYPES =
      """
      package p;
      import io.weir.plugin.*;
      import java.util.List;
      import java.util.Map;
      import org.jspecify.annotations.Nullable;

      @Plugin(name = "all", version = "1.2.3", description = "every type", license = "MIT")
      public final class All implements HttpPlugin {
        public enum Mode { FAST, SAFE_ONLY }
        public record Inner(@Secret String token, @Default("2") int weight) {}
        public record Config(
            @Doc("a \\"name\\"") String name,
            @Default("x-y") String headerName,
            @Nullable String note,
            @OneOf({"GET", "POST"}) @Default("GET") String method,
            @Range(min = 1, max = 9) int level,
            @Default("5000000000") long big,
            @Default("0.5") double ratio,
            @Default("true") boolean on,
            @Default("safe_only") Mode mode,
            List<String> names,
            List<Long> codes,
            List<Inner> inners,
            Map<String, String> labels,
            Map<String, Inner> byName,
            @Nullable Inner maybe) {}

        private final Config config;

        public All(PluginContext context, Config config) {
          this.config = config;
        }

        @Override
        public String toString() {
          return config.toString();
        }
      }
      """;

  @TempDir private Path folder;

  private Compiled all() {
    Compiled compiled = Compiled.of(folder, "p.All", ALL_TYPES);
    assertThat(compiled.errors()).isEmpty();
    return compiled;
  }

  @Test
  void bindsEveryType() throws Exception {
    Compiled compiled = all();

    assertThat(compiled.make("p.All_Factory", "{\"name\": \"n\", \"level\": 3}"))
        .hasToString(
            "Config[name=n, headerName=x-y, note=null, method=GET, level=3, big=5000000000,"
                + " ratio=0.5, on=true, mode=SAFE_ONLY, names=[], codes=[], inners=[], labels={},"
                + " byName={}, maybe=null]");
    assertThat(
            compiled.make(
                "p.All_Factory",
                """
                {"name": "n", "header_name": "h", "note": "o", "method": "POST", "level": 9,
                 "big": -1, "ratio": 2, "on": false, "mode": "fast", "names": ["a", "b"],
                 "codes": [1, 2], "inners": [{"token": "t"}], "labels": {"k": "v"},
                 "by_name": {"x": {"token": "u", "weight": 5}}, "maybe": {"token": "w"}}
                """))
        .hasToString(
            "Config[name=n, headerName=h, note=o, method=POST, level=9, big=-1, ratio=2.0,"
                + " on=false, mode=FAST, names=[a, b], codes=[1, 2],"
                + " inners=[Inner[token=t, weight=2]], labels={k=v},"
                + " byName={x=Inner[token=u, weight=5]}, maybe=Inner[token=w, weight=2]]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                                     | /name is missing",
        "{\"name\": 1, \"level\": 1}                            | /name expected a text, found a number",
        "{\"name\": \"n\"}                                      | /level is missing",
        "{\"name\": \"n\", \"level\": 0}                        | /level expected a number from 1 to 9, found 0",
        "{\"name\": \"n\", \"level\": 1.5}                      | /level expected a whole number, found a number",
        "{\"name\": \"n\", \"level\": 1, \"mode\": \"slow\"}    | /mode expected one of fast, safe_only, found 'slow'",
        "{\"name\": \"n\", \"level\": 1, \"on\": \"yes\"}       | /on expected true or false, found a text",
        "{\"name\": \"n\", \"level\": 1, \"names\": [1]}        | /names/0 expected a text, found a number",
        "{\"name\": \"n\", \"level\": 1, \"codes\": [1, \"2\"]} | /codes/1 expected a whole number, found a text",
        "{\"name\": \"n\", \"level\": 1, \"inners\": [{}]}      | /inners/0/token is missing",
        "{\"name\": \"n\", \"level\": 1, \"maybe\": {\"token\": \"t\", \"x\": 1}} | /maybe/x is not known; there are token, weight",
        "{\"name\": \"n\", \"level\": 1, \"nam\": 1}            | /nam is not known; there are name, header_name",
      })
  void refusesByPointer(String configuration, String message) {
    Compiled compiled = all();

    assertThatThrownBy(() -> compiled.make("p.All_Factory", configuration))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void describesThePlugin() throws Exception {
    Compiled compiled = all();

    assertThat(compiled.resource("plugins")).isEqualTo("all p.All p.All_Factory\n");
    assertThat(compiled.resource("all.yaml"))
        .contains(
            "name: \"all\"",
            "version: \"1.2.3\"",
            "license: \"MIT\"",
            "layer: \"http\"",
            "entry: \"p.All\"",
            "  header_name: \"x-y\"",
            "  on: true");
    assertThat(compiled.resource("all.schema.json"))
        .contains(
            "\"required\": [\"name\", \"level\"]",
            "\"description\": \"a \\\"name\\\"\"",
            "\"enum\": [\"fast\", \"safe_only\"]",
            "\"x-secret\": true",
            "\"minimum\": 1",
            "\"additionalProperties\": false");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "@Plugin(name = \"Bad\") public final class X implements HttpPlugin {} | 3: 'Bad' is no plugin name",
        "@Plugin(name = \"x\", version = \"1\") public final class X implements HttpPlugin {} | 3: version '1' is not semantic",
        "@Plugin(name = \"x\") public final class X {} | 3: X implements neither HttpPlugin nor NetworkPlugin",
        "@Plugin(name = \"x\") final class X implements HttpPlugin {} | 3: X must be public",
        "@Plugin(name = \"x\") public final class X implements HttpPlugin { private X() {} } | 3: X must have one public constructor",
        "@Plugin(name = \"x\") public final class X implements HttpPlugin { public X(String s) {} } | 3: a plugin's constructor takes a PluginContext, a record, or both",
        "@Plugin(name = \"x\") public final class X implements HttpPlugin { public record C(java.time.Duration d) {} public X(C c) {} } | 3: java.time.Duration cannot be read from a configuration",
        "@Plugin(name = \"x\") public final class X implements HttpPlugin { public record C(@Default(\"a\") int i) {} public X(C c) {} } | 3: @Default(\"a\") of i is not a whole number",
        "@Plugin(name = \"x\") public final class X implements HttpPlugin { public record C(C c) {} public X(C c) {} } | 3: p.X.C contains itself",
      })
  void refusesWithTheLine(String source, String message) {
    Compiled compiled =
        Compiled.of(folder, "p.X", "package p;\nimport io.weir.plugin.*;\n" + source);

    assertThat(compiled.errors()).anySatisfy(error -> assertThat(error).startsWith(message));
  }
}
