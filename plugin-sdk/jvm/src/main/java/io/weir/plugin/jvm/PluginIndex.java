package io.weir.plugin.jvm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Which plugins a jar holds, for tools; no class of the jar is run. */
public final class PluginIndex {
  private PluginIndex() {}

  /**
   * Reads a jar.
   *
   * @return class names by plugin name, sorted
   * @throws IOException when the file cannot be read or is no jar
   */
  public static Map<String, String> read(Path jar) throws IOException {
    return PluginJar.open(jar).plugins();
  }
}
