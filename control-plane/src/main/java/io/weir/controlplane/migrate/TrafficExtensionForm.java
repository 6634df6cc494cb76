package io.weir.controlplane.migrate;

import io.weir.xds.codec.MessageTypes;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * EnvoyFilters that only put in Lua scripts or wasm modules, as TrafficExtensions: one for each
 * patch. They say what they want and not where in Envoy's configuration it goes, so that upgrades
 * do not break them.
 */
public final class TrafficExtensionForm {

  private static final String ROUTER = "envoy.filters.http.router";

  /**
   * What came out.
   *
   * @param documents empty when the filter cannot be written so
   * @param obstacle why it cannot; empty when it can
   */
  public record Result(List<SourceMap> documents, String obstacle) {

    public Result {
      documents = List.copyOf(documents);
    }
  }

  /** Ends the conversion. */
  private static final class Obstacle extends Exception {
    private static final long serialVersionUID = 1;

    Obstacle(String reason) {
      super(reason, null, false, false);
    }
  }

  private TrafficExtensionForm() {}

  /**
   * Converts one EnvoyFilter.
   *
   * @param document in today's spelling
   */
  public static Result of(SourceMap document) {
    SourceMap spec = document.get("spec") instanceof SourceMap map ? map : SourceMap.empty();
    List<SourceMap> documents = new ArrayList<>();
    try {
      SourceList patches =
          Trees.get(spec, "config_patches") instanceof SourceList list
              ? list
              : new SourceList(List.of(), 0, 0);
      if (patches.items().isEmpty()) {
        throw new Obstacle("it has no patches");
      }
      for (int i = 0; i < patches.items().size(); i++) {
        String suffix = patches.items().size() == 1 ? "" : "-" + i;
        documents.add(extension(document, spec, (SourceMap) patches.items().get(i), suffix));
      }
      return new Result(documents, "");
    } catch (Obstacle e) {
      return new Result(List.of(), String.valueOf(e.getMessage()));
    }
  }

  private static SourceMap extension(
      SourceMap document, SourceMap spec, SourceMap patch, String suffix) throws Obstacle {
    if (!"HTTP_FILTER".equals(Trees.text(patch, "apply_to"))) {
      throw new Obstacle(Trees.text(patch, "apply_to") + " has no counterpart");
    }
    SourceMap change = map(Trees.get(patch, "patch"));
    SourceMap match = map(Trees.get(patch, "match"));
    SourceMap out = Trees.map(patch);
    SourceMap selector = map(Trees.get(spec, "workload_selector"));
    if (Trees.get(selector, "labels") instanceof SourceMap labels) {
      out = out.with("selector", Trees.map(patch, "matchLabels", labels));
    }
    SourceNode targetRefs = Trees.get(spec, "target_refs");
    out = targetRefs == null ? out : out.with("targetRefs", targetRefs);
    String phase = phase(Trees.text(change, "operation"), match);
    out = phase.isEmpty() ? out : out.with("phase", Trees.scalar(patch, phase));
    SourceNode selected = traffic(patch, match);
    out = selected == null ? out : out.with("match", selected);
    SourceMap value = map(Trees.get(change, "value"));
    SourceMap typed = map(Trees.get(value, "typed_config"));
    out = plugin(out, typed);
    SourceMap metadata = map(document.get("metadata"));
    String name = metadata.text("name");
    metadata = metadata.with("name", Trees.scalar(metadata, name + suffix));
    return Trees.map(
        document,
        "apiVersion",
        "extensions.istio.io/v1alpha1",
        "kind",
        "TrafficExtension",
        "metadata",
        metadata,
        "spec",
        out);
  }

  /** Before the router is where extensions go by themselves; the front is before authentication. */
  private static String phase(@Nullable String operation, SourceMap match) throws Obstacle {
    SourceMap filter = map(at(match, "listener", "filter_chain", "filter"));
    String subFilter = Trees.text(map(Trees.get(filter, "sub_filter")), "name");
    return switch (operation) {
      case "INSERT_FIRST" -> "AUTHN";
      case "ADD" -> "";
      case "INSERT_BEFORE" -> {
        if (subFilter != null && !subFilter.equals(ROUTER)) {
          throw new Obstacle("its place is relative to " + subFilter);
        }
        yield subFilter == null ? "AUTHN" : "";
      }
      case null, default -> throw new Obstacle(operation + " has no counterpart");
    };
  }

  private static @Nullable SourceNode traffic(SourceMap patch, SourceMap match) throws Obstacle {
    if (Trees.get(match, "proxy") != null) {
      throw new Obstacle("it matches proxies by version or metadata");
    }
    SourceMap listener = map(Trees.get(match, "listener"));
    if (Trees.text(listener, "name") != null) {
      throw new Obstacle("it matches a listener by name");
    }
    SourceMap chain = map(Trees.get(listener, "filter_chain"));
    for (SourceMap.Entry entry : chain.entries()) {
      if (!entry.key().equals("filter")) {
        throw new Obstacle("it matches filter chains by " + entry.key());
      }
    }
    String mode =
        switch (Trees.text(match, "context")) {
          case "SIDECAR_INBOUND" -> "SERVER";
          case "SIDECAR_OUTBOUND" -> "CLIENT";
          case "GATEWAY" -> "CLIENT_AND_SERVER";
          case null, default -> "";
        };
    SourceNode port = Trees.get(listener, "port_number");
    if (mode.isEmpty() && port == null) {
      return null;
    }
    SourceMap one = Trees.map(patch);
    one = mode.isEmpty() ? one : one.with("mode", Trees.scalar(patch, mode));
    one = port == null ? one : one.with("ports", Trees.list(Trees.map(patch, "number", port)));
    return Trees.list(one);
  }

  private static SourceMap plugin(SourceMap out, SourceMap typed) throws Obstacle {
    String type = typed.text("@type");
    return switch (type == null ? "" : MessageTypes.nameOf(type)) {
      case "envoy.extensions.filters.http.lua.v3.Lua" -> out.with("lua", lua(typed));
      case "envoy.extensions.filters.http.wasm.v3.Wasm" -> out.with("wasm", wasm(typed));
      default -> throw new Obstacle("it is no Lua script and no wasm module");
    };
  }

  private static SourceMap lua(SourceMap typed) throws Obstacle {
    SourceNode code = at(typed, "default_source_code", "inline_string");
    code = code == null ? Trees.get(typed, "inline_code") : code;
    if (code == null || typed.entries().size() != 2) {
      throw new Obstacle("the Lua filter has more than one inline script");
    }
    return Trees.map(code, "inlineCode", code);
  }

  private static SourceMap wasm(SourceMap typed) throws Obstacle {
    SourceMap config = map(Trees.get(typed, "config"));
    SourceNode uri = at(config, "vm_config", "code", "remote", "http_uri", "uri");
    SourceNode sha256 = at(config, "vm_config", "code", "remote", "sha256");
    SourceNode file = at(config, "vm_config", "code", "local", "filename");
    SourceMap out = Trees.map(typed);
    if (uri != null) {
      out = out.with("url", uri);
    } else if (file instanceof io.weir.xds.codec.SourceScalar path) {
      out = out.with("url", Trees.scalar(path, "file://" + path.text()));
    } else {
      throw new Obstacle("the module is neither remote nor a file");
    }
    out = sha256 == null ? out : out.with("sha256", sha256);
    SourceNode name = Trees.get(config, "root_id");
    out = name == null ? out : out.with("pluginName", name);
    if (Trees.get(config, "configuration") instanceof SourceMap configuration) {
      SourceNode value = configuration.get("value");
      if (!(value instanceof SourceMap)) {
        throw new Obstacle("the module's configuration is no map");
      }
      out = out.with("pluginConfig", value);
    }
    boolean open =
        "true".equals(Trees.text(config, "fail_open"))
            || "FAIL_OPEN".equals(Trees.text(config, "failure_policy"));
    return open ? out.with("failStrategy", Trees.scalar(typed, "FAIL_OPEN")) : out;
  }

  private static @Nullable SourceNode at(SourceMap map, String... path) {
    SourceNode node = map;
    for (String step : path) {
      node = node instanceof SourceMap inner ? Trees.get(inner, step) : null;
      if (node == null) {
        return null;
      }
    }
    return node;
  }

  private static SourceMap map(@Nullable SourceNode node) {
    return node instanceof SourceMap map ? map : SourceMap.empty();
  }
}
