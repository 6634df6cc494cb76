package io.weir.proxy.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.MarkerFactory;

class LoggersTest {
  private final List<LogLine> lines = new ArrayList<>();
  private final Loggers loggers = new Loggers(lines::add);

  @Test
  void writesEnvoysFormat() {
    loggers.getLogger("lua").info("script log: {}", "hello");

    var text = new StringBuilder();
    lines.getFirst().appendTo(text);
    assertThat(text.toString())
        .matches(
            "\\[\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}]\\[\\d+]\\[info]\\[lua] \\[weir] "
                + "script log: hello\n");
  }

  @Test
  void aMarkerRaisesAnErrorToCritical() {
    var critical = MarkerFactory.getMarker("critical");
    loggers.getLogger("wasm").error(critical, "out of luck");
    loggers.setLevel(LogLevel.CRITICAL);
    loggers.getLogger("wasm").error("not seen");
    loggers.getLogger("wasm").error(critical, "seen");
    assertThat(lines)
        .extracting(line -> line.level().label() + " " + line.message())
        .containsExactly("critical out of luck", "critical seen");
  }

  @Test
  void changesOneComponentOrAll() {
    loggers.setLevel(LogLevel.ERROR);
    loggers.setLevel("lua", LogLevel.DEBUG);
    loggers.getLogger("lua").debug("seen");
    loggers.getLogger("http").warn("not seen");
    loggers.getLogger("fresh").warn("not seen");

    assertThat(lines).extracting(LogLine::message).containsExactly("seen");
    assertThat(loggers.setLevel("nobody", LogLevel.INFO)).isFalse();
  }

  @Test
  void keepsLibrariesQuietAndOutOfTheList() {
    loggers.setLevel(LogLevel.TRACE);
    loggers.getLogger("io.netty.Something").debug("not seen");
    loggers.getLogger("io.netty.Something").warn("seen");

    assertThat(lines).extracting(LogLine::message).containsExactly("seen");
    assertThat(loggers.levels()).doesNotContainKey("io.netty.Something").containsKey("router");
  }
}
