package io.weir.cli.plugin;

import java.nio.file.Path;

/**
 * A built plugin.
 *
 * @param plugin the name of the plugin inside a jar; the file's name without its ending otherwise
 */
public record Artifact(Kind kind, Path file, String plugin) {

  /** How a proxy runs it. */
  public enum Kind {
    JAR,
    WASM,
    LUA
  }

  /** The artifact that a file is, by its ending. */
  public static Artifact of(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String stem = dot < 0 ? name : name.substring(0, dot);
    return switch (dot < 0 ? "" : name.substring(dot)) {
      case ".wasm" -> new Artifact(Kind.WASM, file, stem);
      case ".lua" -> new Artifact(Kind.LUA, file, stem);
      case ".jar" -> new Artifact(Kind.JAR, file, Inspection.pluginOf(file));
      default -> throw new PluginToolException(file + " is no .wasm, .jar or .lua file");
    };
  }
}
