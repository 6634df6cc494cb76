package io.weir.controlplane.config;

import io.weir.controlplane.patch.EnvoyFilter;
import io.weir.controlplane.patch.EnvoyFilterReader;
import io.weir.xds.Nearest;
import io.weir.xds.Problem;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourcePositions;
import io.weir.xds.codec.SourceScalar;
import io.weir.xds.codec.YamlReader;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the documents of one text into configurations; each stands or falls alone. */
public final class DocumentReader {

  /** What a document without a namespace belongs to, as with {@code kubectl}. */
  public static final String DEFAULT_NAMESPACE = "default";

  /** As in Kubernetes; names stand in many generated resources. */
  private static final int MAX_NAME = 253;

  private static final Set<String> DOCUMENT_KEYS =
      Set.of("apiVersion", "kind", "metadata", "spec", "status");

  /** Fields that Kubernetes adds, which say nothing to us. */
  private static final Set<String> IGNORED_METADATA =
      Set.of(
          "uid",
          "generation",
          "resourceVersion",
          "managedFields",
          "selfLink",
          "finalizers",
          "ownerReferences",
          "generateName",
          "deletionTimestamp",
          "deletionGracePeriodSeconds");

  private final List<KindValidator> validators;

  /**
   * @param validators asked for every document that could be read
   */
  public DocumentReader(List<KindValidator> validators) {
    this.validators = List.copyOf(validators);
  }

  /**
   * The documents of a text.
   *
   * @param source the file's name, which every problem carries
   */
  public Documents read(String text, String source) {
    ProblemList problems = new ProblemList(source);
    List<Config<?>> configs = new ArrayList<>();
    Map<ConfigKey, List<Problem>> broken = new LinkedHashMap<>();
    List<SourceNode> nodes = YamlReader.readAll(text, source, problems);
    boolean unreadable = !problems.isEmpty();
    for (SourceNode node : nodes) {
      unreadable |= !document(node, source, problems, configs, broken);
    }
    return new Documents(source, configs, broken, unreadable, problems.all());
  }

  /** False when it cannot be told which configuration the document is. */
  private boolean document(
      SourceNode node,
      String source,
      ProblemList problems,
      List<Config<?>> configs,
      Map<ConfigKey, List<Problem>> broken) {
    if (!(node instanceof SourceMap map)) {
      problems.add(
          node.line(), node.column(), "", "a document must be a map, not " + node.describe(), "");
      return false;
    }
    if (map.get("items") instanceof SourceList items && "List".equals(map.text("kind"))) {
      boolean known = true;
      for (SourceNode item : items.items()) {
        known &= document(item, source, problems, configs, broken);
      }
      return known;
    }
    Optional<Kind> kind = kind(map, problems);
    if (kind.isEmpty()) {
      return true;
    }
    ProblemList own = new ProblemList(source);
    Meta meta = meta(map, kind.get(), own);
    if (meta == null) {
      own.all().forEach(problems::add);
      return false;
    }
    Config<?> config = read(map, meta, source, own);
    own.all().forEach(problems::add);
    if (config == null || !own.isEmpty()) {
      broken.put(meta.key(), own.all());
    } else {
      configs.add(config);
    }
    return true;
  }

  private @Nullable Config<?> read(SourceMap map, Meta meta, String source, ProblemList own) {
    for (SourceMap.Entry entry : map.entries()) {
      if (!DOCUMENT_KEYS.contains(entry.key())) {
        own.add(
            entry.line(),
            entry.column(),
            entry.key(),
            "unknown field",
            Nearest.hint(entry.key(), DOCUMENT_KEYS));
      }
    }
    SourceNode spec = map.get("spec");
    SourceMap body = spec instanceof SourceMap given ? given : SourceMap.empty();
    if (spec != null && !(spec instanceof SourceMap) && !isNull(spec)) {
      own.add(spec.line(), spec.column(), "spec", "must be a map, not " + spec.describe(), "");
      return null;
    }
    ProblemList located = own.locatedBy(SourcePositions.in(map));
    Kind kind = meta.key().kind();
    ConfigSpec read =
        kind == Kind.ENVOY_FILTER
            ? envoyFilter(meta, body, located.at("spec"))
            : (ConfigSpec) new RecordReader(own).read(body, kind.spec(), "spec");
    if (read == null) {
      return null;
    }
    Config<?> config = new Config<>(meta, read, new Origin(source, map), 0);
    for (KindValidator validator : validators) {
      validator.validate(config, located);
    }
    return config;
  }

  private static @Nullable EnvoyFilterConfig envoyFilter(
      Meta meta, SourceMap spec, ProblemList problems) {
    EnvoyFilter filter =
        EnvoyFilterReader.read(
            meta.namespace(), meta.name(), meta.created(), meta.annotations(), spec, problems);
    return filter == null ? null : new EnvoyFilterConfig(filter);
  }

  private static Optional<Kind> kind(SourceMap map, ProblemList problems) {
    String apiVersion = map.text("apiVersion");
    String kindName = map.text("kind");
    if (apiVersion == null || kindName == null) {
      String missing = apiVersion == null ? "apiVersion" : "kind";
      problems.add(
          map.line(),
          map.column(),
          missing,
          "is missing",
          "every document needs apiVersion, kind, metadata and spec");
      return Optional.empty();
    }
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    String version = apiVersion.substring(slash + 1);
    Optional<Kind> kind = Kind.of(group, kindName);
    if (kind.isEmpty()) {
      List<String> names = Arrays.stream(Kind.values()).map(Kind::kindName).toList();
      SourceMap.Entry entry = map.entry("kind");
      problems.warn(
          entry == null ? map.line() : entry.line(),
          entry == null ? map.column() : entry.column(),
          "kind",
          apiVersion + " " + kindName + " is not a kind that the control plane reads; ignored",
          Nearest.hint(kindName, names));
    } else if (!kind.get().versions().contains(version)) {
      SourceMap.Entry entry = map.entry("apiVersion");
      problems.add(
          entry == null ? map.line() : entry.line(),
          entry == null ? map.column() : entry.column(),
          "apiVersion",
          kindName + " has no version " + version,
          "it exists as " + String.join(", ", kind.get().versions()));
    }
    return kind;
  }

  private static @Nullable Meta meta(SourceMap map, Kind kind, ProblemList problems) {
    if (!(map.get("metadata") instanceof SourceMap metadata)) {
      problems.add(map.line(), map.column(), "metadata", "is missing", "name the resource");
      return null;
    }
    String name = metadata.text("name");
    if (name == null || name.isEmpty()) {
      problems.add(
          metadata.line(), metadata.column(), "metadata.name", "is missing", "name the resource");
      return null;
    }
    String namespace = metadata.text("namespace");
    if (name.length() > MAX_NAME || namespace != null && namespace.length() > MAX_NAME) {
      problems.add(
          metadata.line(),
          metadata.column(),
          "metadata.name",
          "is longer than " + MAX_NAME + " characters, or its namespace is",
          "");
      return null;
    }
    Map<String, String> labels = Map.of();
    Map<String, String> annotations = Map.of();
    Instant created = null;
    for (SourceMap.Entry entry : metadata.entries()) {
      switch (entry.key()) {
        case "name", "namespace" -> {}
        case "labels" -> labels = texts(entry, problems);
        case "annotations" -> annotations = texts(entry, problems);
        case "creationTimestamp" -> created = instant(entry, problems);
        default -> {
          if (!IGNORED_METADATA.contains(entry.key())) {
            problems.add(
                entry.line(),
                entry.column(),
                "metadata." + entry.key(),
                "unknown field",
                Nearest.hint(
                    entry.key(),
                    List.of("name", "namespace", "labels", "annotations", "creationTimestamp")));
          }
        }
      }
    }
    ConfigKey key =
        new ConfigKey(
            kind, namespace == null || namespace.isEmpty() ? DEFAULT_NAMESPACE : namespace, name);
    String apiVersion = map.text("apiVersion");
    return new Meta(key, apiVersion == null ? "" : apiVersion, labels, annotations, created);
  }

  private static Map<String, String> texts(SourceMap.Entry entry, ProblemList problems) {
    if (isNull(entry.value())) {
      return Map.of();
    }
    Texts read =
        new RecordReader(problems)
            .read(
                new SourceMap(
                    List.of(
                        new SourceMap.Entry("values", entry.value(), entry.line(), entry.column())),
                    entry.line(),
                    entry.column()),
                Texts.class,
                "metadata." + entry.key());
    return new LinkedHashMap<>(read.values());
  }

  private static @Nullable Instant instant(SourceMap.Entry entry, ProblemList problems) {
    if (isNull(entry.value())) {
      return null;
    }
    String text = entry.value() instanceof SourceScalar scalar ? scalar.text() : "";
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      problems.add(
          entry.value().line(),
          entry.value().column(),
          "metadata.creationTimestamp",
          "must be a time such as 2025-01-01T00:00:00Z, not " + entry.value().describe(),
          "");
      return null;
    }
  }

  private static boolean isNull(SourceNode node) {
    return node instanceof SourceScalar scalar && scalar.isNull();
  }

  private record Texts(Map<String, String> values) {}

  /**
   * What one text held.
   *
   * @param configs the good documents
   * @param broken what the bad ones were, with what is wrong
   * @param unreadable whether there was a bad document of which not even the name is known
   */
  public record Documents(
      String source,
      List<Config<?>> configs,
      Map<ConfigKey, List<Problem>> broken,
      boolean unreadable,
      List<Problem> problems) {

    public Documents {
      configs = List.copyOf(configs);
      broken = Map.copyOf(broken);
      problems = List.copyOf(problems);
    }
  }
}
