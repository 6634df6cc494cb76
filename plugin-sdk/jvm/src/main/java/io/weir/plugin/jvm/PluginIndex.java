package io.weir.plugin.jvm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

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

  /**
   * Reads the index in a folder of classes, as the annotation processor wrote it.
   *
   * @return class names by plugin name, sorted
   */
  public static Map<String, String> readFolder(Path classes) throws IOException {
    Map<String, String> plugins = new TreeMap<>();
    for (String line : Files.readAllLines(classes.resolve(PluginJar.INDEX))) {
      String[] words = line.split(" ");
      if (words.length == 3) {
        plugins.put(words[0], words[1]);
      }
    }
    return plugins;
  }
}
