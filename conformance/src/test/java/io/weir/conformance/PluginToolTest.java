package io.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The author's road: {@code weir plugin new}, {@code test}, {@code inspect}. */
class PluginToolTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"java, jar", "lua, lua"})
  void aNewProjectPassesItsTest(String language, String kind) throws Exception {
    run("plugin", "new", "say-hello", "--lang", language);

    WeirCommand test = run("plugin", "test", "say-hello", "--only", kind);

    assertThat(test.out()).contains("ok", "adds a header", "1 passed, 0 failed");
    assertThat(test.exit()).isZero();
  }

  @Test
  void aTestThatFailsSaysWhatWasExpectedAndFound() throws Exception {
    run("plugin", "new", "say-hello", "--lang", "lua");
    Path script = folder.resolve("say-hello/say-hello.lua");
    Files.writeString(script, Files.readString(script).replace("\"hello\"", "\"bye\""));

    WeirCommand test = run("plugin", "test", "say-hello");

    assertThat(test.out())
        .contains("upstream header x-say-hello: expected 'hello', found 'bye'", "1 failed");
    assertThat(test.exit()).isEqualTo(1);
  }

  @Test
  void sourcesThatDoNotCompileAreNamedByLine() throws Exception {
    run("plugin", "new", "say-hello");
    Path source = folder.resolve("say-hello/src/main/java/plugin/SayHello.java");
    Files.writeString(source, Files.readString(source).replace(".set(", ".sett("));

    WeirCommand build = run("plugin", "build", "say-hello", "--only", "jar");

    assertThat(build.out()).contains("SayHello.java:13:", "sett");
    assertThat(build.exit()).isEqualTo(1);
  }

  @Test
  void inspectTellsAbiImportsAndCapabilities() throws Exception {
    WeirCommand wasm =
        run("plugin", "inspect", CaseRun.plugins().resolve("add-header.wasm").toString());

    assertThat(wasm.out())
        .contains("proxy-wasm/0.2.1", "proxy_replace_header_map_value", "headers: write");

    WeirCommand jar =
        run("plugin", "inspect", CaseRun.plugins().resolve("examples.jar").toString());
    assertThat(jar.out()).contains("plugin add-header", "io.weir.examples.AddHeader");
  }

  private WeirCommand run(String... verb) throws Exception {
    return WeirCommand.run(folder, verb);
  }
}
