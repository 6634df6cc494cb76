package io.weir.xds.codec;

import io.weir.xds.ProblemList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads YAML 1.2 (core schema) or JSON into trees with positions. A text may hold several
 * documents; a broken one is a problem and does not take the others down. Duplicate keys are
 * problems.
 */
public final class YamlReader {

  /** Deeper nesting is refused; protobuf itself stops at 100 messages. */
  static final int MAX_DEPTH = 200;

  /** Refused beyond, aliases counted as often as they are used. */
  static final int MAX_NODES = 4_000_000;

  static final int MAX_CHARACTERS = 128 << 20;

  private YamlReader() {}

  /**
   * The documents of a text, without empty ones.
   *
   * @param source the name that problems carry
   */
  public static List<SourceNode> readAll(String text, String source, ProblemList problems) {
    ProblemList report = problems.in(source);
    if (text.length() > MAX_CHARACTERS) {
      report.add("", "the text is longer than " + MAX_CHARACTERS + " characters");
      return List.of();
    }
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    if (looksLikeJson(text)) {
      ProblemList jsonProblems = new ProblemList(source);
      SourceNode document = JsonReader.read(text, jsonProblems);
      if (document != null) {
        jsonProblems.all().forEach(report::add);
        return List.of(document);
      }
      ProblemList yamlProblems = new ProblemList(source);
      List<SourceNode> documents = readYaml(text, yamlProblems);
      (yamlProblems.isEmpty() ? yamlProblems : jsonProblems).all().forEach(report::add);
      return yamlProblems.isEmpty() ? documents : List.of();
    }
    return readYaml(text, report);
  }

  /** The only document of a text; null when there is none, or when a problem was reported. */
  public static @Nullable SourceNode read(String text, String source, ProblemList problems) {
    int before = problems.count();
    List<SourceNode> documents = readAll(text, source, problems);
    if (documents.size() > 1) {
      SourceNode second = documents.get(1);
      problems
          .in(source)
          .add(
              second.line(),
              second.column(),
              "",
              "a second document, but only one can be here",
              "");
    }
    return documents.isEmpty() || problems.count() > before ? null : documents.getFirst();
  }

  private static List<SourceNode> readYaml(String text, ProblemList problems) {
    List<SourceNode> documents = new ArrayList<>();
    int line = 0;
    int start = 0;
    int startLine = 0;
    for (int at = 0; at < text.length(); ) {
      int end = text.indexOf('\n', at);
      int next = end < 0 ? text.length() : end + 1;
      if (at > start && isDocumentStart(text, at)) {
        readPiece(text.substring(start, at), startLine, documents, problems);
        start = at;
        startLine = line;
      }
      line++;
      at = next;
    }
    readPiece(text.substring(start), startLine, documents, problems);
    return documents;
  }

  private static void readPiece(
      String piece, int firstLine, List<SourceNode> documents, ProblemList problems) {
    new YamlDocument(problems, firstLine).read(piece, documents);
  }

  private static boolean isDocumentStart(String text, int at) {
    return text.startsWith("---", at)
        && (at + 3 == text.length() || Character.isWhitespace(text.charAt(at + 3)));
  }

  private static boolean looksLikeJson(String text) {
    int first = skipBlank(text, 0);
    if (first == text.length()) {
      return false;
    }
    char open = text.charAt(first);
    if (open == '[') {
      return true;
    }
    int second = skipBlank(text, first + 1);
    return open == '{'
        && second < text.length()
        && (text.charAt(second) == '"' || text.charAt(second) == '}');
  }

  private static int skipBlank(String text, int at) {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }
}
