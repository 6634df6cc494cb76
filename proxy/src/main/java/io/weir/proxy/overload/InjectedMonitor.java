package io.weir.proxy.overload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code envoy.resource_monitors.injected_resource}: the number in a file, for tests. */
record InjectedMonitor(Path file) implements ResourceMonitor {
  @Override
  public double pressure() throws IOException {
    String text = Files.readString(file).strip();
    try {
      double value = Double.parseDouble(text);
      if (value >= 0 && value <= 1) {
        return value;
      }
    } catch (NumberFormatException _) {
      // Reported as any other text that is no share.
    }
    throw new IOException(file + " holds no number from 0 to 1: " + text);
  }
}
