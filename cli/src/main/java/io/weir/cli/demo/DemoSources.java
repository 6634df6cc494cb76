package io.weir.cli.demo;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Which resource put a part of a proxy's configuration there, as the control plane tells it. */
final class DemoSources {
  // Sources by the resource's name: "EnvoyFilter default/demo-lua configPatches[0] (lua.yaml:16)".
  private final Map<String, String> sources = new TreeMap<>();

  /** Asks the control plane about both proxies. */
  static DemoSources ask(int controlPlaneHttp) throws IOException {
    var found = new DemoSources();
    for (String proxy : new String[] {"gateway.istio-system", "echo.default"}) {
      String dump =
          Http.get(
                  controlPlaneHttp,
                  "localhost",
                  "/debug/config_dump?proxyID=" + proxy + "&provenance")
              .body();
      var json = Struct.newBuilder();
      JsonFormat.parser().merge(dump, json);
      found.collect(json.getFieldsOrDefault("provenance", Value.getDefaultInstance()));
    }
    return found;
  }

  private void collect(Value node) {
    switch (node.getKindCase()) {
      case LIST_VALUE -> node.getListValue().getValuesList().forEach(this::collect);
      case STRUCT_VALUE -> {
        Struct struct = node.getStructValue();
        String source = text(struct, "source");
        if (source.isEmpty()) {
          struct.getFieldsMap().values().forEach(this::collect);
        } else {
          add(source, text(struct, "origin"));
        }
      }
      default -> {}
    }
  }

  private void add(String source, String origin) {
    String[] words = source.split(" ");
    if (words.length > 1) {
      // A file's folder is the demo's own and says nothing.
      String file = origin.isEmpty() ? "" : " (" + Path.of(origin).getFileName() + ")";
      sources.putIfAbsent(words[0] + " " + words[1], source + file);
    }
  }

  private static String text(Struct struct, String field) {
    return struct.getFieldsOrDefault(field, Value.getDefaultInstance()).getStringValue();
  }

  /**
   * The source that a resource is named as.
   *
   * @param resource kind, namespace and name: {@code EnvoyFilter default/demo-lua}
   * @return empty when nothing of the proxies' configuration comes from it
   */
  String of(String resource) {
    return sources.getOrDefault(resource, "");
  }

  @Override
  public String toString() {
    return String.join(", ", sources.values());
  }
}
