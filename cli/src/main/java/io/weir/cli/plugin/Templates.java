package io.weir.cli.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** New projects: one small plugin that adds a header, its test and how to go on. */
public final class Templates {
  private Templates() {}

  private static List<String> files(Language language) {
    return switch (language) {
      case JAVA -> List.of("pom.xml", "src/main/java/plugin/@Class@.java");
      case LUA -> List.of("@name@.lua");
      case RUST -> List.of("Cargo.toml", "cargo-config.toml", "src/lib.rs");
      case AS -> List.of("package.json", "asconfig.json", "assembly/index.ts");
      case C -> List.of("@name@.c");
    };
  }

  /**
   * Writes a project.
   *
   * @param directory must not exist, or be empty
   * @return the files that were written
   */
  public static List<Path> write(Path directory, String name, Language language)
      throws IOException {
    if (!name.matches("[a-z][a-z0-9-]*")) {
      throw new PluginToolException(
          "'" + name + "' is no plugin name: take lower-case letters, digits and hyphens");
    }
    if (Files.exists(directory)) {
      try (var content = Files.list(directory)) {
        if (content.findAny().isPresent()) {
          throw new PluginToolException(directory + " exists and is not empty");
        }
      }
    }
    var written = new java.util.ArrayList<Path>();
    for (String file : files(language)) {
      written.add(copy(language.label() + "/" + file, directory, file, name, language));
    }
    for (String file : List.of("plugin.yaml", "tests/adds-a-header.yaml", "README.md")) {
      written.add(copy("all/" + file, directory, file, name, language));
    }
    return written;
  }

  private static Path copy(
      String resource, Path directory, String file, String name, Language language)
      throws IOException {
    String text;
    try (InputStream in = Templates.class.getResourceAsStream("/templates/" + resource)) {
      text =
          new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
    }
    Path target = directory.resolve(fill(file, name, language));
    Files.createDirectories(target.toAbsolutePath().getParent());
    return Files.writeString(target, fill(text, name, language));
  }

  private static String fill(String text, String name, Language language) {
    // Build tools tend to leave out resources whose names begin with a dot.
    return text.replace("cargo-config.toml", ".cargo/config.toml")
        .replace("@name@", name)
        .replace("@crate@", name.replace('-', '_'))
        .replace("@Class@", className(name))
        .replace("@language@", language.label())
        .replace(
            "@kind@",
            language == Language.JAVA ? "java" : language == Language.LUA ? "lua" : "wasm")
        .replace("@entry@", entry(name, language));
  }

  private static String entry(String name, Language language) {
    return switch (language) {
      case JAVA -> "plugin." + className(name);
      case LUA -> name + ".lua";
      case RUST -> "src/lib.rs";
      case AS -> "assembly/index.ts";
      case C -> name + ".c";
    };
  }

  private static String className(String name) {
    var className = new StringBuilder();
    for (String word : name.split("-")) {
      if (!word.isEmpty()) {
        className.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
      }
    }
    return className.toString();
  }
}
