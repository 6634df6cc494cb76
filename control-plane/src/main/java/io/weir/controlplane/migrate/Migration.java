package io.weir.controlplane.migrate;

import io.weir.xds.Problem;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlReader;
import io.weir.xds.codec.YamlText;
import java.util.List;

/** What {@code weir migrate} does: files of resources in today's spelling. */
public final class Migration {

  /**
   * What came out.
   *
   * @param text all documents as YAML; those that needed nothing are in it, too
   * @param problems what was rewritten, and what could not be read
   * @param changed the number of documents that were rewritten
   */
  public record Result(String text, List<Problem> problems, int changed) {

    public Result {
      problems = List.copyOf(problems);
    }
  }

  private final boolean trafficExtensions;
  private final ProblemList problems;
  private final StringBuilder text = new StringBuilder();
  private int changed;

  private Migration(boolean trafficExtensions, ProblemList problems) {
    this.trafficExtensions = trafficExtensions;
    this.problems = problems;
  }

  /**
   * Migrates one file.
   *
   * @param trafficExtensions EnvoyFilters that only put in scripts or modules become
   *     TrafficExtensions
   */
  public static Result run(String text, String source, boolean trafficExtensions) {
    ProblemList problems = new ProblemList(source);
    Migration migration = new Migration(trafficExtensions, problems);
    for (SourceNode document : YamlReader.readAll(text, source, problems)) {
      migration.document(document);
    }
    return new Result(migration.text.toString(), problems.all(), migration.changed);
  }

  private void document(SourceNode node) {
    if (!(node instanceof SourceMap document)
        || !"EnvoyFilter".equals(document.text("kind"))
        || !(document.get("spec") instanceof SourceMap spec)) {
      print(node);
      return;
    }
    SourceMap modern = LegacyTranslator.translate(spec, problems.at("spec")).spec();
    SourceMap current = modern == spec ? document : document.with("spec", modern);
    if (trafficExtensions) {
      TrafficExtensionForm.Result extensions = TrafficExtensionForm.of(current);
      if (extensions.obstacle().isEmpty()) {
        changed++;
        extensions.documents().forEach(this::print);
        return;
      }
      problems.warn(
          document.line(),
          document.column(),
          "",
          "stays an EnvoyFilter: " + extensions.obstacle(),
          "");
    }
    changed += modern == spec ? 0 : 1;
    print(current);
  }

  private void print(SourceNode document) {
    text.append(text.isEmpty() ? "" : "---\n").append(YamlText.of(document));
  }
}
