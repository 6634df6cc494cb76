package io.weir.cli.plugin;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.load.Chunk;
import io.weir.lua.engine.syntax.LuaSyntaxException;
import io.weir.plugin.jvm.PluginIndex;
import io.weir.wasm.abi.AbiVersion;
import io.weir.wasm.vm.ModuleInfo;
import io.weir.wasm.vm.ModuleScanner;
import io.weir.wasm.vm.UnsupportedModuleException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What can be told of a plugin file without running it. */
public final class Inspection {
  private static final Pattern HANDLER =
      Pattern.compile("(?m)^\\s*function\\s+(envoy_on_request|envoy_on_response)\\b");

  private Inspection() {}

  /**
   * Facts by name, in the order in which they are shown.
   *
   * @throws PluginToolException when the file is no plugin; the message says why
   */
  public static Map<String, String> of(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    var facts = new LinkedHashMap<String, String>();
    facts.put("file", file.toString());
    facts.put("size", bytes.length + " bytes");
    facts.put("sha256", sha256(bytes));
    String name = file.getFileName().toString();
    if (name.endsWith(".wasm")) {
      wasm(file, bytes, facts);
    } else if (name.endsWith(".jar")) {
      facts.put("kind", "jar");
      PluginIndex.read(file).forEach((plugin, type) -> facts.put("plugin " + plugin, type));
    } else if (name.endsWith(".lua")) {
      lua(file);
      facts.put("kind", "lua");
      facts.put("callbacks", handlers(new String(bytes, StandardCharsets.UTF_8)));
    } else {
      throw new PluginToolException(file + " is no .wasm, .jar or .lua file");
    }
    return facts;
  }

  private static void wasm(Path file, byte[] bytes, Map<String, String> facts) {
    ModuleInfo module;
    try {
      module = ModuleScanner.scan(bytes);
    } catch (UnsupportedModuleException e) {
      throw new PluginToolException(file + ": " + e.getMessage());
    }
    AbiVersion abi = AbiVersion.of(module.exports());
    facts.put("kind", "wasm");
    facts.put(
        "abi",
        abi == null
            ? "none: no proxy_abi_version export"
            : "proxy-wasm/" + abi.toString().substring(1).replace('_', '.'));
    facts.put("functions", Integer.toString(module.functionBodies().length / 2));
    facts.put("start", module.exports().containsKey("_start") ? "_start" : "_initialize");
    facts.put(
        "callbacks",
        module.exports().keySet().stream()
            .filter(export -> export.startsWith("proxy_on_"))
            .sorted()
            .collect(Collectors.joining(", ")));
    var imports = new TreeMap<String, TreeSet<String>>();
    module
        .imports()
        .forEach(i -> imports.computeIfAbsent(i.module(), _ -> new TreeSet<>()).add(i.name()));
    imports.forEach((from, names) -> facts.put("imports " + from, String.join(", ", names)));
    facts.put("capabilities", String.join(", ", capabilities(module)));
  }

  /** What a module can do, told by what it imports: a host grants no more than that. */
  static List<String> capabilities(ModuleInfo module) {
    Map<String, String> meaning =
        Map.ofEntries(
            Map.entry("proxy_get_header_map", "headers: read"),
            Map.entry("proxy_replace_header_map", "headers: write"),
            Map.entry("proxy_add_header_map", "headers: write"),
            Map.entry("proxy_set_header_map", "headers: write"),
            Map.entry("proxy_remove_header_map", "headers: write"),
            Map.entry("proxy_get_buffer", "body: read"),
            Map.entry("proxy_set_buffer", "body: write"),
            Map.entry("proxy_send_local_response", "answers"),
            Map.entry("proxy_http_call", "httpCalls"),
            Map.entry("proxy_grpc", "grpcCalls"),
            Map.entry("proxy_get_shared_data", "sharedData"),
            Map.entry("proxy_set_shared_data", "sharedData"),
            Map.entry("proxy_enqueue", "queues"),
            Map.entry("proxy_register_shared_queue", "queues"),
            Map.entry("proxy_set_tick_period", "timers"),
            Map.entry("proxy_get_property", "properties: read"),
            Map.entry("proxy_set_property", "properties: write"),
            Map.entry("proxy_define_metric", "metrics"),
            Map.entry("proxy_call_foreign_function", "foreign"));
    Stream<String> found =
        module.imports().stream()
            .flatMap(
                imported ->
                    meaning.entrySet().stream()
                        .filter(entry -> imported.name().startsWith(entry.getKey()))
                        .map(Map.Entry::getValue));
    return found.distinct().sorted().toList();
  }

  /**
   * Checks that a script parses.
   *
   * @throws PluginToolException with line and column when it does not
   */
  static void lua(Path file) throws IOException {
    try {
      Chunk.load(
          Files.readAllBytes(file), LuaString.of("@" + file.getFileName()), Chunk.Mode.INTERPRETED);
    } catch (LuaSyntaxException e) {
      throw new PluginToolException(file + ":" + e.line() + ":" + e.column() + ": " + e.text());
    }
  }

  private static String handlers(String script) {
    Matcher matcher = HANDLER.matcher(script);
    var found = new TreeSet<String>();
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found.isEmpty()
        ? "none: neither envoy_on_request nor envoy_on_response"
        : String.join(", ", found);
  }

  /** The name of the one plugin in a jar. */
  static String pluginOf(Path jar) {
    try {
      Map<String, String> plugins = PluginIndex.read(jar);
      if (plugins.size() != 1) {
        throw new PluginToolException(
            jar
                + (plugins.isEmpty()
                    ? " has no class annotated with @Plugin"
                    : " has several plugins: " + String.join(", ", plugins.keySet())));
      }
      return plugins.keySet().iterator().next();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
