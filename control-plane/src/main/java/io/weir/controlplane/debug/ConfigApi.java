package io.weir.controlplane.debug;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigKey;
import io.weir.controlplane.config.ConfigStore;
import io.weir.controlplane.config.ConfigWrite;
import io.weir.controlplane.config.DocumentReader;
import io.weir.controlplane.config.Kind;
import io.weir.xds.Problem;
import io.weir.xds.codec.SourceMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the store: {@code GET /config}, {@code GET /config/KIND}, {@code GET|PUT|DELETE
 * /config/KIND/NAMESPACE/NAME}, {@code POST /config} with documents. A write names the revision
 * that it expects in {@code If-Match} or in the document's {@code resourceVersion}, or none; a
 * resource that a file holds is changed there.
 */
final class ConfigApi {

  static final String SOURCE = "api";

  private final ConfigStore store;
  private final DocumentReader reader;
  private final AppliedFile file;

  ConfigApi(ConfigStore store, DocumentReader reader, AppliedFile file) {
    this.store = store;
    this.reader = reader;
    this.file = file;
  }

  private List<ConfigWrite.Result> write(List<ConfigWrite> writes) throws HttpError {
    List<ConfigWrite.Result> results = store.write(SOURCE, writes);
    try {
      file.save(store.snapshot());
    } catch (IOException e) {
      throw new HttpError(
          500, "applied, but it will be lost when the control plane ends: " + e.getMessage());
    }
    return results;
  }

  HttpAnswer answer(HttpRequest request) throws HttpError {
    String[] parts = request.path().substring("/config".length()).split("/");
    Kind kind = parts.length > 1 ? kind(parts[1]) : null;
    if (parts.length == 4 && kind != null) {
      ConfigKey key = new ConfigKey(kind, parts[2], parts[3]);
      return switch (request.method()) {
        case "GET" -> HttpAnswer.json(Json.text(withStatus(get(key))));
        case "PUT", "POST" -> put(request, key);
        case "DELETE" -> delete(request, key);
        default -> throw new HttpError(405, "GET, PUT or DELETE");
      };
    }
    if (request.method().equals("POST") && kind == null) {
      return put(request, null);
    }
    if (!request.method().equals("GET") || parts.length > 3) {
      throw new HttpError(405, "only GET; write to /config/KIND/NAMESPACE/NAME");
    }
    String namespace = parts.length > 2 ? parts[2] : "";
    List<Object> found = new ArrayList<>();
    for (Config<?> config : store.snapshot().all().values()) {
      if ((kind == null || config.key().kind() == kind)
          && (namespace.isEmpty() || config.namespace().equals(namespace))) {
        found.add(withStatus(config));
      }
    }
    Map<String, Object> list = new LinkedHashMap<>();
    list.put("revision", store.snapshot().revision());
    list.put("items", found);
    return HttpAnswer.json(Json.text(list));
  }

  private static Kind kind(String name) throws HttpError {
    Optional<Kind> kind = Kind.ofName(name);
    return kind.orElseThrow(() -> new HttpError(404, "there is no kind " + name));
  }

  private Config<?> get(ConfigKey key) throws HttpError {
    Config<?> config = store.snapshot().get(key);
    if (config == null) {
      throw new HttpError(404, key + " does not exist");
    }
    return config;
  }

  /**
   * Writes the documents of the body. Each good one is applied, whatever the others are; the answer
   * tells what became of each, and its status is that of the worst.
   */
  private HttpAnswer put(HttpRequest request, @Nullable ConfigKey expected) throws HttpError {
    DocumentReader.Documents read = reader.read(request.body(), SOURCE);
    List<Problem> errors = read.problems().stream().filter(p -> !p.warning()).toList();
    if (read.configs().isEmpty() && errors.isEmpty()) {
      throw new HttpError(400, "there is no resource in the body");
    }
    if (expected != null) {
      only(read, expected, errors);
    }
    List<ConfigWrite> writes = new ArrayList<>();
    for (Config<?> config : read.configs()) {
      writes.add(ConfigWrite.put(config, expectation(request, config)));
    }
    List<ConfigWrite.Result> results = write(writes);
    String conflict = conflict(results);
    if (!conflict.isEmpty() && expected != null) {
      throw new HttpError(409, conflict);
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("revision", store.snapshot().revision());
    answer.put("results", results.stream().map(ConfigApi::shown).toList());
    answer.put("problems", read.problems().stream().map(Problem::toString).toList());
    int status = !errors.isEmpty() ? 400 : conflict.isEmpty() ? 200 : 409;
    return new HttpAnswer(status, "application/json", Json.text(answer));
  }

  /** A path that names a resource takes this one and nothing else, and only when it is good. */
  private static void only(DocumentReader.Documents read, ConfigKey expected, List<Problem> errors)
      throws HttpError {
    if (!errors.isEmpty()) {
      throw new HttpError(
          400, errors.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    }
    for (Config<?> config : read.configs()) {
      if (!config.key().equals(expected)) {
        throw new HttpError(400, "the body is " + config.key() + ", the path says " + expected);
      }
    }
  }

  /** The revision in {@code If-Match}, else the one that the document carries; null for any. */
  private static @Nullable Long expectation(HttpRequest request, @Nullable Config<?> config)
      throws HttpError {
    String wanted = request.ifMatch();
    if (wanted.isEmpty()
        && config != null
        && config.origin().document().get("metadata") instanceof SourceMap metadata) {
      String carried = metadata.text("resourceVersion");
      wanted = carried == null ? "" : carried;
    }
    if (wanted.isEmpty() || wanted.equals("*")) {
      return null;
    }
    try {
      return Long.valueOf(wanted);
    } catch (NumberFormatException e) {
      throw new HttpError(400, "\"" + wanted + "\" is no revision of this store");
    }
  }

  private HttpAnswer delete(HttpRequest request, ConfigKey key) throws HttpError {
    ConfigWrite write = ConfigWrite.delete(key, expectation(request, null));
    ConfigWrite.Result result = write(List.of(write)).getFirst();
    return switch (result.outcome()) {
      case MISSING -> throw new HttpError(404, key + " does not exist");
      case CONFLICT -> throw new HttpError(409, result.reason());
      case CREATED, CONFIGURED, UNCHANGED, DELETED ->
          HttpAnswer.json(Json.text(Map.of("revision", store.snapshot().revision())));
    };
  }

  private static String conflict(List<ConfigWrite.Result> results) {
    return results.stream()
        .filter(result -> result.outcome() == ConfigWrite.Outcome.CONFLICT)
        .map(ConfigWrite.Result::reason)
        .collect(Collectors.joining("\n"));
  }

  private static Object shown(ConfigWrite.Result result) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("kind", result.key().kind().kindName());
    shown.put("namespace", result.key().namespace());
    shown.put("name", result.key().name());
    shown.put("outcome", result.outcome().name().toLowerCase(Locale.ROOT));
    shown.put("revision", result.revision());
    if (!result.reason().isEmpty()) {
      shown.put("reason", result.reason());
    }
    return shown;
  }

  /**
   * A configuration with its status: whether its newest version holds, and what is wrong if not.
   */
  private Object withStatus(Config<?> config) {
    Map<String, Object> status = new LinkedHashMap<>();
    List<Problem> problems = store.problems(config.key());
    status.put("state", problems.isEmpty() ? "Applied" : "LastGood");
    if (!problems.isEmpty()) {
      status.put("problems", problems.stream().map(Problem::toString).toList());
    }
    Map<String, Object> shown = new LinkedHashMap<>(shown(config));
    // In the status, so that what was read can be written back as it is.
    status.put("origin", shown.remove("origin"));
    shown.put("status", status);
    return shown;
  }

  static Map<String, Object> shown(Config<?> config) {
    Map<String, Object> shown = new LinkedHashMap<>();
    for (SourceMap.Entry entry : config.origin().document().entries()) {
      if (!entry.key().equals("status")) {
        shown.put(entry.key(), entry.value());
      }
    }
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", config.name());
    metadata.put("namespace", config.namespace());
    if (!config.meta().labels().isEmpty()) {
      metadata.put("labels", config.meta().labels());
    }
    if (!config.meta().annotations().isEmpty()) {
      metadata.put("annotations", config.meta().annotations());
    }
    if (config.meta().created() != null) {
      metadata.put("creationTimestamp", config.meta().created());
    }
    metadata.put("resourceVersion", Long.toString(config.revision()));
    shown.put("metadata", metadata);
    shown.put("origin", config.origin().toString());
    return shown;
  }
}
