package io.weir.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/**
 * The folder that a demo runs over: {@code config/} with the Istio resources, which the user may
 * edit, a bootstrap for each proxy, and the logs.
 */
final class DemoFolder {
  private final Path folder;

  private DemoFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Lays the folder out anew.
   *
   * @param templates the project's {@code demo/} folder
   * @param values what the placeholders {@code ${NAME}} stand for
   */
  static DemoFolder lay(Path templates, Path folder, Map<String, String> values)
      throws IOException {
    if (Files.exists(folder)) {
      try (var old = Files.walk(folder)) {
        for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    try (var files = Files.walk(templates)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = folder.resolve(templates.relativize(file).toString());
        Files.createDirectories(target.getParent());
        String text = Files.readString(file);
        for (Map.Entry<String, String> value : values.entrySet()) {
          text = text.replace("${" + value.getKey() + "}", value.getValue());
        }
        Files.writeString(target, text, StandardCharsets.UTF_8);
      }
    }
    return new DemoFolder(folder);
  }

  Path path() {
    return folder;
  }

  Path config() {
    return folder.resolve("config");
  }

  Path bootstrap(String proxy) {
    return folder.resolve("bootstrap").resolve(proxy + ".yaml");
  }

  /** Replaces text in a file, in one step for whoever watches it. */
  void edit(String file, String from, String to) throws IOException {
    Path path = config().resolve(file);
    String text = Files.readString(path);
    if (!text.contains(from)) {
      throw new DemoException(path + " does not contain '" + from + "'");
    }
    Path fresh = folder.resolve(file + ".new");
    Files.writeString(fresh, text.replace(from, to));
    Files.move(
        fresh,
        path,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }
}
