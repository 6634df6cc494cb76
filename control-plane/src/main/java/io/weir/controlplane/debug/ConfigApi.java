package io.weir.controlplane.debug;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigKey;
import io.weir.controlplane.config.ConfigStore;
import io.weir.controlplane.config.DocumentReader;
import io.weir.controlplane.config.Kind;
import io.weir.xds.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the store: {@code GET /config}, {@code GET /config/KIND}, {@code GET|PUT|DELETE
 * /config/KIND/NAMESPACE/NAME}, {@code POST /config} with documents. A write names the revision
 * that it expects in {@code If-Match}, or none; a resource that a file holds is changed there.
 */
final class ConfigApi {

  private static final String SOURCE = "api";

  private final ConfigStore store;
  private final DocumentReader reader;

  ConfigApi(ConfigStore store, DocumentReader reader) {
    this.store = store;
    this.reader = reader;
  }

  HttpAnswer answer(HttpRequest request) throws HttpError {
    String[] parts = request.path().substring("/config".length()).split("/");
    Kind kind = parts.length > 1 ? kind(parts[1]) : null;
    if (parts.length == 4 && kind != null) {
      ConfigKey key = new ConfigKey(kind, parts[2], parts[3]);
      return switch (request.method()) {
        case "GET" -> HttpAnswer.json(Json.text(shown(get(key))));
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
        found.add(shown(config));
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

  private HttpAnswer put(HttpRequest request, @Nullable ConfigKey expected) throws HttpError {
    DocumentReader.Documents read = reader.read(request.body(), SOURCE);
    List<Problem> errors = read.problems().stream().filter(p -> !p.warning()).toList();
    if (!errors.isEmpty() || read.configs().isEmpty()) {
      String reasons =
          errors.isEmpty()
              ? "there is no resource in the body"
              : errors.stream().map(Problem::toString).collect(Collectors.joining("\n"));
      throw new HttpError(400, reasons);
    }
    for (Config<?> config : read.configs()) {
      if (expected != null && !config.key().equals(expected)) {
        throw new HttpError(400, "the body is " + config.key() + ", the path says " + expected);
      }
      check(request, config.key());
    }
    long revision = 0;
    for (Config<?> config : read.configs()) {
      revision = store.put(SOURCE, config);
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("revision", revision);
    answer.put("applied", read.configs().stream().map(c -> c.key().toString()).toList());
    answer.put("warnings", read.problems().stream().map(Problem::toString).toList());
    return HttpAnswer.json(Json.text(answer));
  }

  private HttpAnswer delete(HttpRequest request, ConfigKey key) throws HttpError {
    get(key);
    check(request, key);
    if (!store.delete(SOURCE, key)) {
      throw new HttpError(404, key + " does not exist");
    }
    return HttpAnswer.json(Json.text(Map.of("revision", store.snapshot().revision())));
  }

  private void check(HttpRequest request, ConfigKey key) throws HttpError {
    Config<?> old = store.snapshot().get(key);
    if (old != null && !old.origin().source().equals(SOURCE)) {
      throw new HttpError(409, key + " stands in " + old.origin() + "; change it there");
    }
    String wanted = request.ifMatch();
    if (!wanted.isEmpty() && !wanted.equals(old == null ? "0" : Long.toString(old.revision()))) {
      throw new HttpError(
          409,
          key
              + " is at revision "
              + (old == null ? 0 : old.revision())
              + ", not "
              + wanted
              + ": somebody else changed it; get it and try again");
    }
  }

  static Object shown(Config<?> config) {
    Map<String, Object> shown = new LinkedHashMap<>();
    config.origin().document().entries().forEach(entry -> shown.put(entry.key(), entry.value()));
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
