package io.weir.controlplane.patch;

import io.weir.controlplane.migrate.LegacyTranslator;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourceScalar;
import io.weir.xds.codec.YamlReader;
import io.weir.xds.codec.YamlText;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads EnvoyFilters from files, for tools that work without a configuration store. */
public final class EnvoyFilterDocuments {

  /**
   * One document that could be read.
   *
   * @param modern the document in today's spelling; null when it is
   */
  public record Document(EnvoyFilter filter, String source, @Nullable SourceMap modern) {

    /** The document as YAML in today's spelling. */
    public String modernText() {
      return modern == null ? "" : YamlText.of(modern);
    }
  }

  private final String source;
  private final String defaultNamespace;
  private final Profile profile;
  private final ProblemList problems;
  private final List<Document> documents = new ArrayList<>();

  private EnvoyFilterDocuments(
      String source, String defaultNamespace, Profile profile, ProblemList problems) {
    this.profile = profile;
    this.source = source;
    this.defaultNamespace = defaultNamespace;
    this.problems = problems.in(source);
  }

  /**
   * The EnvoyFilters of a text. Documents of other kinds are left out with a warning, broken ones
   * with their problems.
   *
   * @param defaultNamespace of documents that name none
   */
  public static List<Document> read(
      String text, String source, String defaultNamespace, Profile profile, ProblemList problems) {
    EnvoyFilterDocuments reader =
        new EnvoyFilterDocuments(source, defaultNamespace, profile, problems);
    for (SourceNode node : YamlReader.readAll(text, source, problems)) {
      reader.read(node);
    }
    return reader.documents;
  }

  private void read(SourceNode node) {
    if (!(node instanceof SourceMap document)) {
      problems.add(
          node.line(), node.column(), "", "must be a resource, not " + node.describe(), "");
      return;
    }
    String kind = document.text("kind");
    if (!"EnvoyFilter".equals(kind)) {
      problems.warn(
          document.line(),
          document.column(),
          "kind",
          (kind == null ? "a document without kind" : kind) + " is left out",
          "only EnvoyFilter is read here");
      return;
    }
    SourceMap metadata =
        document.get("metadata") instanceof SourceMap map ? map : SourceMap.empty();
    String name = metadata.text("name");
    if (name == null || name.isEmpty()) {
      problems.add(
          document.line(), document.column(), "metadata.name", "must be set", "name the resource");
      return;
    }
    if (!(document.get("spec") instanceof SourceMap spec)) {
      problems.add(document.line(), document.column(), "spec", "must be a map", "");
      return;
    }
    String namespace = metadata.text("namespace");
    EnvoyFilter filter =
        EnvoyFilterReader.read(
            namespace == null || namespace.isEmpty() ? defaultNamespace : namespace,
            name,
            created(metadata),
            texts(metadata.get("annotations")),
            spec,
            profile,
            problems.at("spec"));
    if (filter != null) {
      SourceMap modern = LegacyTranslator.translate(spec, new ProblemList()).spec();
      documents.add(
          new Document(filter, source, modern == spec ? null : document.with("spec", modern)));
    }
  }

  private @Nullable Instant created(SourceMap metadata) {
    String text = metadata.text("creationTimestamp");
    if (text == null) {
      return null;
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      problems.add(
          metadata.line(),
          metadata.column(),
          "metadata.creationTimestamp",
          text + " is no time",
          "write it like 2026-01-31T12:00:00Z");
      return null;
    }
  }

  private static Map<String, String> texts(@Nullable SourceNode node) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (node instanceof SourceMap map) {
      for (SourceMap.Entry entry : map.entries()) {
        if (entry.value() instanceof SourceScalar scalar) {
          texts.put(entry.key(), scalar.text());
        }
      }
    }
    return texts;
  }
}
