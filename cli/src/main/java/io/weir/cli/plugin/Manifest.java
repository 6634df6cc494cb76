package io.weir.cli.plugin;

import io.weir.wasm.abi.AbiVersion;
import io.weir.wasm.vm.ModuleInfo;
import io.weir.wasm.vm.ModuleScanner;
import io.weir.wasm.vm.UnsupportedModuleException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's complete manifest: what its author wrote in {@code plugin.yaml}, what the annotation
 * processor knows, and what the built artifacts tell. Capabilities are derived from the module's
 * imports, which are all that a host can grant.
 */
final class Manifest {
  private static final int MEMORY_SECTION = 5;
  private static final int PAGE_BYTES = 65_536;
  // For whoever runs the plugin here; no part of a release.
  private static final String LOCAL = "configuration";

  private final Map<String, String> blocks = new LinkedHashMap<>();

  /**
   * @param author the project's {@code plugin.yaml}
   * @param processor {@code META-INF/weir/NAME.yaml}; null for other languages
   */
  Manifest(String author, @Nullable String processor) {
    if (processor != null) {
      split(processor, blocks);
    }
    Map<String, String> written = new LinkedHashMap<>();
    split(author, written);
    written.remove(LOCAL);
    // What the code says wins over what stands beside it.
    written.forEach(blocks::putIfAbsent);
  }

  /** Top-level entries, each with the lines below it. */
  private static void split(String yaml, Map<String, String> into) {
    String key = "";
    for (String line : yaml.lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      if (colon > 0 && line.charAt(0) > ' ') {
        key = line.substring(0, colon);
        into.put(key, line + "\n");
      } else {
        into.merge(key, line + "\n", String::concat);
      }
    }
  }

  /** Adds what the module tells. */
  Manifest module(byte[] bytes) {
    ModuleInfo module;
    try {
      module = ModuleScanner.scan(bytes);
    } catch (UnsupportedModuleException e) {
      throw new PluginToolException("the module cannot be read: " + e.getMessage());
    }
    AbiVersion abi = AbiVersion.of(module.exports());
    if (abi != null) {
      put("abi", "proxy-wasm/" + abi.toString().substring(1).replace('_', '.'));
    }
    var wasi = new TreeSet<String>();
    module.imports().stream()
        .filter(i -> i.module().startsWith("wasi_"))
        .forEach(i -> wasi.add(i.name()));
    put("wasi", "[" + String.join(", ", wasi) + "]");
    capabilities(module);
    int pages = maxPages(bytes);
    if (pages > 0) {
      blocks.put("limits", "limits:\n  memoryMax: " + (long) pages * PAGE_BYTES + "\n");
    }
    return this;
  }

  private void capabilities(ModuleInfo module) {
    List<String> found = Inspection.capabilities(module);
    var out = new StringBuilder("capabilities:\n");
    out.append("  headers: ").append(level(found, "headers")).append('\n');
    out.append("  body: ").append(seesBodies(module) ? level(found, "body") : "none").append('\n');
    for (String name :
        List.of("httpCalls", "grpcCalls", "sharedData", "queues", "timers", "metrics", "foreign")) {
      out.append("  ").append(name).append(": ").append(found.contains(name)).append('\n');
    }
    out.append("  properties: ").append(level(found, "properties")).append('\n');
    out.append("  files: none\n");
    blocks.put("capabilities", out.toString());
  }

  /** A module reads its configuration by the same function as bodies. */
  private static boolean seesBodies(ModuleInfo module) {
    return module.exports().keySet().stream()
        .anyMatch(export -> export.endsWith("_body") || export.endsWith("stream_data"));
  }

  private static String level(List<String> found, String what) {
    return found.contains(what + ": write")
        ? "write"
        : found.contains(what + ": read") ? "read" : "none";
  }

  /** Adds digests and sizes, by file name. */
  Manifest artifacts(Map<String, byte[]> files) {
    var trust = new StringBuilder("trust:\n  sha256:\n");
    var cost = new StringBuilder("cost:\n");
    files.forEach(
        (name, bytes) -> {
          trust.append("    ").append(name).append(": ");
          trust.append(Inspection.sha256(bytes)).append('\n');
          cost.append("- {artifact: ").append(name).append(", bytes: ");
          cost.append(bytes.length).append("}\n");
        });
    blocks.put("cost", cost.toString());
    blocks.put("trust", trust.toString());
    return this;
  }

  /** Adds how many tests the project has. */
  Manifest tests(int count) {
    blocks.put("quality", "quality:\n  tests: " + count + "\n");
    return this;
  }

  private void put(String key, String value) {
    blocks.put(key, key + ": " + value + "\n");
  }

  /** YAML. */
  @Override
  public String toString() {
    return String.join("", new ArrayList<>(blocks.values()));
  }

  byte[] bytes() {
    return toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The first memory's maximum; 0 when it has none. */
  private static int maxPages(byte[] module) {
    int at = 8;
    while (at < module.length) {
      int id = module[at++];
      long length = unsigned(module, at);
      at += (int) (length >>> 32);
      if (id == MEMORY_SECTION) {
        int flags = module[at + 1];
        long minimum = unsigned(module, at + 2);
        return (flags & 1) == 0 ? 0 : (int) unsigned(module, at + 2 + (int) (minimum >>> 32));
      }
      at += (int) length;
    }
    return 0;
  }

  /** A LEB128 number in the lower half, how many bytes it took in the upper. */
  private static long unsigned(byte[] bytes, int from) {
    long value = 0;
    int at = from;
    int shift = 0;
    do {
      value |= (bytes[at] & 0x7fL) << shift;
      shift += 7;
    } while (bytes[at++] < 0);
    return value | (long) (at - from) << 32;
  }
}
