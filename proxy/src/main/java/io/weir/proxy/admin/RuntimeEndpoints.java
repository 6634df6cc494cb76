package io.weir.proxy.admin;

import io.weir.proxy.config.RuntimeLayers;
import io.weir.proxy.extension.Runtime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code /runtime} and {@code /runtime_modify}. */
final class RuntimeEndpoints {
  private final RuntimeLayers runtime;

  RuntimeEndpoints(RuntimeLayers runtime) {
    this.runtime = runtime;
  }

  List<AdminEndpoint> all() {
    return List.of(
        AdminEndpoint.read("/runtime", "print runtime values", _ -> show()),
        AdminEndpoint.change(
            "/runtime_modify",
            "set runtime values given as query parameters; an empty value removes an override",
            this::modify));
  }

  private AdminResponse show() {
    Map<String, Object> entries = new LinkedHashMap<>();
    runtime
        .table()
        .forEach(
            (key, layers) -> {
              Runtime.Entry entry = runtime.find(key);
              Map<String, Object> shown = new LinkedHashMap<>();
              shown.put("layer_values", layers);
              shown.put("final_value", entry == null ? "" : entry.text());
              entries.put(key, shown);
            });
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("entries", entries);
    all.put("layers", runtime.layerNames());
    return AdminResponse.json(Json.pretty(all));
  }

  private AdminResponse modify(AdminRequest request) {
    Map<String, String> changes =
        request.query().isEmpty() ? AdminRequest.parameters(request.body()) : request.query();
    if (changes.isEmpty()) {
      return AdminResponse.text(
          400,
          """
          usage: /runtime_modify?key1=value1&key2=value2&keyN=valueN
                 or send the parameters as form values
          use an empty value to remove a previously added override\
          """);
    }
    return runtime.modify(changes)
        ? AdminResponse.text("OK\n")
        : AdminResponse.text(503, "No admin layer specified");
  }
}
