package io.weir.proxy.config;

import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer.DiskLayer;
import io.weir.proxy.extension.Runtime;
import io.weir.xds.ProblemList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads a runtime layer from a folder: a file is a key, its path is the name. */
final class RuntimeFiles {
  private RuntimeFiles() {}

  static Map<String, Runtime.Entry> read(
      DiskLayer layer, String serviceCluster, ProblemList problems) {
    Path root = Path.of(layer.getSymlinkRoot(), layer.getSubdirectory());
    if (layer.getAppendServiceCluster()) {
      root = root.resolve(serviceCluster);
    }
    Map<String, Runtime.Entry> entries = new TreeMap<>();
    if (!Files.isDirectory(root)) {
      return entries;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String key = root.relativize(file).toString().replace('/', '.');
        entries.put(key, RuntimeValues.parse(withoutComments(Files.readString(file))));
      }
    } catch (IOException e) {
      problems.add("symlink_root", "cannot be read: " + e.getMessage());
    }
    return entries;
  }

  private static String withoutComments(String text) {
    return text.lines()
        .filter(line -> !line.startsWith("#"))
        .reduce((a, b) -> a + "\n" + b)
        .orElse("")
        .stripTrailing();
  }
}
