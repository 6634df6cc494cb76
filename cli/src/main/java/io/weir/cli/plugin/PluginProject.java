package io.weir.cli.plugin;

import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A folder with a {@code plugin.yaml}.
 *
 * @param directory the folder
 * @param name lower-case letters, digits and hyphens: names the artifacts
 * @param version a semantic version
 * @param entry the plugin class (Java) or the main source file
 * @param configuration given to the plugin when it is run or tested; JSON, empty for none
 */
public record PluginProject(
    Path directory,
    String name,
    String version,
    Language language,
    String entry,
    String configuration) {
  static final String FILE = "plugin.yaml";

  private static final Set<String> FIELDS =
      Set.of(
          "name",
          "version",
          "title",
          "summary",
          "license",
          "kind",
          "layer",
          "language",
          "entry",
          "authors",
          "homepage",
          "source",
          "icon",
          "categories",
          "keywords",
          "phase",
          "priority",
          "scopes",
          "before",
          "after",
          "protocols",
          "config",
          "defaults",
          "examples",
          "perRoute",
          "limits",
          "compat",
          "configuration");

  /**
   * Reads a project.
   *
   * @throws PluginToolException with everything that is wrong
   */
  public static PluginProject read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new PluginToolException(
          directory + " has no " + FILE + "; make a project with: weir plugin new NAME");
    }
    var problems = new ProblemList(file.toString());
    List<SourceNode> documents =
        YamlReader.readAll(Files.readString(file), file.toString(), problems);
    SourceMap map =
        !documents.isEmpty() && documents.getFirst() instanceof SourceMap found
            ? found
            : SourceMap.empty();
    for (String key : map.keys()) {
      if (!FIELDS.contains(key)) {
        problems.add(key, "is not a field of " + FILE, "there are " + String.join(", ", FIELDS));
      }
    }
    String name = required(map, "name", problems);
    if (!name.matches("[a-z][a-z0-9-]*")) {
      problems.add("name", "'" + name + "' is no plugin name", "lower-case letters, digits, -");
    }
    String language = required(map, "language", problems);
    String entry = required(map, "entry", problems);
    if (!problems.isEmpty()) {
      throw new PluginToolException(problems.toString().strip());
    }
    return new PluginProject(
        directory,
        name,
        text(map, "version", "0.1.0"),
        Language.of(language),
        entry,
        text(map, "configuration", ""));
  }

  private static String required(SourceMap map, String key, ProblemList problems) {
    String text = map.text(key);
    if (text == null || text.isEmpty()) {
      problems.add(key, "is missing", "");
      return "";
    }
    return text;
  }

  private static String text(SourceMap map, String key, String fallback) {
    @Nullable String text = map.text(key);
    return text == null ? fallback : text;
  }

  /** Where builds put what they make. */
  Path target() {
    return directory.resolve("target");
  }
}
