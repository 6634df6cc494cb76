package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.proxy.config.Options;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ProxyArgumentsTest {
  private static Options read(String line) {
    ProxyArguments arguments = ProxyArguments.read(line.split(" "), 0);
    assertThat(arguments).as(line).isNotNull();
    return arguments.options();
  }

  @Test
  void readsValuesBehindNamesAndBehindEqualSigns() {
    Options options =
        read(
            "-c a.yaml --concurrency=3 -l error --mode validate --drain-time-s 7"
                + " --drain-strategy Immediate --compat istio --disable-hot-restart");
    assertThat(options.configPath()).isEqualTo(Path.of("a.yaml"));
    assertThat(options.concurrency()).isEqualTo(3);
    assertThat(options.logLevel()).isEqualTo("error");
    assertThat(options.mode()).isEqualTo(Options.Mode.VALIDATE);
    assertThat(options.drainSeconds()).isEqualTo(7);
    assertThat(options.shutdownSeconds()).isEqualTo(7);
    assertThat(options.drainImmediately()).isTrue();
    assertThat(options.compatIstio()).isTrue();
  }

  @Test
  void hasEnvoysDefaults() {
    Options options = read("-c a.yaml");
    assertThat(options.drainSeconds()).isEqualTo(600);
    assertThat(options.shutdownSeconds()).isEqualTo(5);
    assertThat(options.parentShutdownSeconds()).isEqualTo(900);
    assertThat(options.fileFlushMillis()).isEqualTo(10_000);
    assertThat(options.mode()).isEqualTo(Options.Mode.SERVE);
    assertThat(options.drainImmediately()).isFalse();
    assertThat(options.concurrency()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "-c",
        "-c -l",
        "-c a -c b",
        "--nonsense",
        "a.yaml",
        "--debug -c a",
        "--disable-hot-restart=1"
      })
  void leavesTheRestToTheLibrary(String line) {
    assertThat(ProxyArguments.read(line.split(" "), 0)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--mode x", "--concurrency many", "--compat envoy", "--drain-strategy never"})
  void saysWhichValueIsWrong(String line) {
    ProxyArguments arguments = ProxyArguments.read(line.split(" "), 0);
    assertThat(arguments).isNotNull();
    assertThatThrownBy(arguments::options)
        .isInstanceOf(VerbException.class)
        .hasMessageContaining(line.substring(0, line.indexOf(' ')))
        .hasMessageContaining(line.substring(line.indexOf(' ') + 1));
  }

  @Test
  void theLibraryKnowsTheSameOptions() {
    var command = new CommandLine(ProxyVerb.command());
    for (ProxyFlag flag : ProxyFlag.values()) {
      for (String name : flag.names()) {
        assertThat(command.getCommandSpec().findOption(name)).as(name).isNotNull();
        assertThat(ProxyFlag.of(name)).isEqualTo(flag);
      }
    }
    assertThat(command.getUsageMessage()).contains("--config-path").doesNotContain("--base-id");
  }
}
