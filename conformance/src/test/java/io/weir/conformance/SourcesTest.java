package io.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What only the text of the repository shows: sizes, the shape of tests, links of documents. */
class SourcesTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final int LONGEST_FILE = 1_000;
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#: ]+)(#[^)]*)?\\)");

  /** What no test may contain, and why. */
  private static final Map<Pattern, String> BANNED_IN_TESTS =
      Map.of(
          Pattern.compile("@Disabled\\b"), "a test that does not run proves nothing",
          Pattern.compile("\\bThread\\.sleep\\("), "wait for a condition, not for time",
          Pattern.compile("new ServerSocket\\([1-9]\\d{3,4}[,)]"), "bind port 0");

  @Test
  void noFileIsLongWithoutAReason() throws IOException {
    String reasons = Files.readString(ROOT.resolve("docs/large-files.md"));
    var unexplained = new ArrayList<String>();
    for (Path file : javaFiles("")) {
      long lines;
      try (Stream<String> all = Files.lines(file)) {
        lines = all.count();
      }
      if (lines > LONGEST_FILE && !reasons.contains(ROOT.relativize(file).toString())) {
        unexplained.add(ROOT.relativize(file) + ": " + lines + " lines");
      }
    }

    assertThat(unexplained).as("split them, or say why not in docs/large-files.md").isEmpty();
  }

  @Test
  void testsAreDeterministic() throws IOException {
    var found = new ArrayList<String>();
    for (Path file : javaFiles("src/test")) {
      // A bench measures; it is no test.
      if (file.endsWith("SourcesTest.java") || file.toString().endsWith("Bench.java")) {
        continue;
      }
      String text = Files.readString(file);
      BANNED_IN_TESTS.forEach(
          (pattern, reason) -> {
            Matcher matcher = pattern.matcher(text);
            if (matcher.find()) {
              found.add(ROOT.relativize(file) + ": " + matcher.group() + ": " + reason);
            }
          });
    }

    assertThat(found).isEmpty();
  }

  @Test
  void linksOfDocumentsLead() throws IOException {
    var broken = new ArrayList<String>();
    for (Path document : documents()) {
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        if (!Files.exists(document.resolveSibling(link.group(1)))) {
          broken.add(ROOT.relativize(document) + ": " + link.group(1));
        }
      }
    }

    assertThat(broken).isEmpty();
  }

  /** Classes that the documents name in code spans, of the kinds that the lexicon defines. */
  @Test
  void classesThatTheLivesNameExist() throws IOException {
    List<String> names =
        javaFiles("").stream()
            .map(file -> file.getFileName().toString().replace(".java", ""))
            .toList();
    var missing = new ArrayList<String>();
    for (String document : List.of("docs/life-of-a-request.md", "docs/life-of-a-patch.md")) {
      Matcher name =
          Pattern.compile("`([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+)(?:\\.[a-z]\\w*(?:\\(\\))?)?`")
              .matcher(Files.readString(ROOT.resolve(document)));
      while (name.find()) {
        if (!names.contains(name.group(1)) && !ENVOY_AND_ISTIO_NAMES.contains(name.group(1))) {
          missing.add(document + ": " + name.group(1));
        }
      }
    }

    assertThat(missing).isEmpty();
  }

  /** Kinds of configuration, which are no classes of ours. */
  private static final List<String> ENVOY_AND_ISTIO_NAMES =
      List.of(
          "EnvoyFilter",
          "WasmPlugin",
          "TrafficExtension",
          "VirtualService",
          "DestinationRule",
          "ServiceEntry",
          "DynamicModuleFilter");

  private static List<Path> documents() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(SourcesTest::ofTheRepository)
          .toList();
    }
  }

  private static List<Path> javaFiles(String under) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(SourcesTest::ofTheRepository)
          .filter(file -> file.toString().contains(under))
          .toList();
    }
  }

  private static boolean ofTheRepository(Path file) {
    for (Path part : ROOT.relativize(file)) {
      String name = part.toString();
      if (name.equals("target") || name.equals("node_modules") || name.startsWith(".")) {
        return false;
      }
    }
    return true;
  }
}
