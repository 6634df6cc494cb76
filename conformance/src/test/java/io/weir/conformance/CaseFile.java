package io.weir.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * One case file: an Envoy v3 bootstrap that is started once, and the exchanges sent through it.
 * What a stock Envoy answered lies beside it as {@code NAME.envoy.json}.
 *
 * @param bootstrap YAML with {@code ${LISTENER}}, {@code ${ADMIN}}, {@code ${UPSTREAM}} and {@code
 *     ${PLUGINS}} to be replaced
 */
record CaseFile(Path path, String bootstrap, List<Exchange> exchanges) {

  /**
   * A request.
   *
   * @param headers name and value in turns
   * @param chunks the body's pieces; sent with {@code transfer-encoding: chunked} when there are
   *     several
   */
  record Exchange(
      String name, String method, String path, List<String> headers, List<String> chunks) {}

  static CaseFile read(Path path) throws IOException {
    Map<?, ?> file =
        (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(path));
    List<Exchange> exchanges = new ArrayList<>();
    for (Object item : (List<?>) file.get("exchanges")) {
      Map<?, ?> exchange = (Map<?, ?>) item;
      List<String> headers = new ArrayList<>();
      if (exchange.get("headers") instanceof Map<?, ?> map) {
        map.forEach(
            (name, value) -> {
              headers.add(String.valueOf(name));
              headers.add(String.valueOf(value));
            });
      }
      List<String> chunks = new ArrayList<>();
      switch (exchange.get("body")) {
        case List<?> list -> list.forEach(chunk -> chunks.add(String.valueOf(chunk)));
        case String text -> chunks.add(text);
        case null, default -> {}
      }
      exchanges.add(
          new Exchange(
              String.valueOf(exchange.get("name")),
              text(exchange, "method", "GET"),
              text(exchange, "path", "/"),
              headers,
              chunks));
    }
    return new CaseFile(path, String.valueOf(file.get("bootstrap")), exchanges);
  }

  private static String text(Map<?, ?> map, String key, String otherwise) {
    Object value = map.get(key);
    return value == null ? otherwise : String.valueOf(value);
  }

  /** Where Envoy's answers lie. */
  Path recorded() {
    String name = path.getFileName().toString().replace(".yaml", ".envoy.json");
    return path.resolveSibling(name);
  }

  String bootstrap(int listener, int admin, int upstream, Path plugins) {
    return bootstrap
        .replace("${LISTENER}", Integer.toString(listener))
        .replace("${ADMIN}", Integer.toString(admin))
        .replace("${UPSTREAM}", Integer.toString(upstream))
        .replace("${PLUGINS}", plugins.toString());
  }
}
