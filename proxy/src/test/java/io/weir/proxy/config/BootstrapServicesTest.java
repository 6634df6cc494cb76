package io.weir.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.proxy.LiveProxy;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bootstrap_extensions}, in a running proxy. */
class BootstrapServicesTest {
  @TempDir Path folder;

  @BeforeEach
  void forget() {
    RecordingService.EVENTS.clear();
  }

  private static String bootstrap(String name, String extension) {
    return """
        bootstrap_extensions:
        - name: %s
          typed_config:
            "@type": type.googleapis.com/google.protobuf.StringValue
            value: %s
        """
        .formatted(extension, name);
  }

  @Test
  void runOnEveryWorkerUntilTheProxyEnds() throws Exception {
    try (var proxy = LiveProxy.start(folder, bootstrap("one", "test.recording"))) {
      assertThat(proxy).isNotNull();
      assertThat(RecordingService.EVENTS).startsWith("load one", "open one on 0 true");
      assertThat(RecordingService.EVENTS).doesNotContain("close one");
    }
    assertThat(RecordingService.EVENTS).endsWith("close one");
  }

  @Test
  void aServiceThatCannotRunEndsTheStart() {
    assertThatThrownBy(() -> LiveProxy.start(folder, bootstrap("broken", "test.recording")))
        .hasMessageContaining("bootstrap extension test.recording: no luck");
    assertThat(RecordingService.EVENTS).noneMatch(event -> event.startsWith("open"));
  }
}
