package io.weir.cli.plugin;

import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The bootstrap and the listener of a workbench, as JSON that a stock Envoy would read, too. */
final class WorkbenchFiles {
  private WorkbenchFiles() {}

  static Path writeBootstrap(Path folder, InetSocketAddress upstream) throws IOException {
    return Files.writeString(
        folder.resolve("bootstrap.yaml"),
        """
        node: {id: weir-plugin, cluster: weir-plugin}
        dynamic_resources:
          lds_config: {resource_api_version: V3, path_config_source: {path: %s}}
        static_resources:
          clusters:
          - name: upstream
            connect_timeout: 5s
            load_assignment:
              cluster_name: upstream
              endpoints:
              - lb_endpoints:
                - endpoint: {address: {socket_address: {address: %s, port_value: %d}}}
        """
            .formatted(
                quote(folder.resolve("listeners.yaml").toString()),
                upstream.getAddress().getHostAddress(),
                upstream.getPort()));
  }

  /** Moves a listener into place; the proxy follows the file. */
  static void deliver(Path folder, String listener, int version) throws IOException {
    String text = "version_info: \"" + version + "\"\nresources:\n" + listener;
    Path next = Files.writeString(folder.resolve("listeners.next"), text);
    Files.move(next, folder.resolve("listeners.yaml"), StandardCopyOption.ATOMIC_MOVE);
  }

  /** A bootstrap whose only purpose is to be validated. */
  static Path writeCheck(Path folder, String listener) throws IOException {
    String bootstrap = Files.readString(folder.resolve("bootstrap.yaml"));
    int dynamic = bootstrap.indexOf("dynamic_resources:");
    int fixed = bootstrap.indexOf("static_resources:");
    String text =
        bootstrap.substring(0, dynamic)
            + bootstrap.substring(fixed)
            + "  listeners:\n"
            + listener
                .replace(
                    "- \"@type\": type.googleapis.com/envoy.config.listener.v3.Listener\n  ", "- ")
                .indent(2);
    return Files.writeString(folder.resolve("check.yaml"), text);
  }

  /** A listener with that plugin, as an item of a list. */
  static String listener(Path folder, Artifact artifact, String configuration, int port) {
    return """
        - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
          name: plugin
          address: {socket_address: {address: 127.0.0.1, port_value: %d}}
          filter_chains:
          - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: plugin
                access_log:
                - name: envoy.access_loggers.file
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                    path: %s
                    log_format:
                      json_format:
                        method: "%%REQ(:METHOD)%%"
                        path: "%%REQ(:PATH)%%"
                        status: "%%RESPONSE_CODE%%"
                        details: "%%RESPONSE_CODE_DETAILS%%"
                        millis: "%%DURATION%%"
                        headers: "%%DYNAMIC_METADATA(weir.dev)%%"
                route_config:
                  virtual_hosts:
                  - name: all
                    domains: ["*"]
                    routes:
                    - match: {prefix: /}
                      route: {cluster: upstream}
        %s
                http_filters:
        %s
        %s
        %s
                - name: envoy.filters.http.router
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
        """
        .formatted(
            port,
            quote(folder.resolve("requests.json").toString()),
            scriptContext(artifact, configuration),
            recorder("client"),
            filter(artifact, configuration),
            recorder("upstream"));
  }

  /** A script that notes the headers on one side of the plugin. */
  private static String recorder(String side) {
    String script =
        """
        local function note(handle, what)
          local headers = {}
          for name, value in pairs(handle:headers()) do headers[name] = value end
          handle:streamInfo():dynamicMetadata():set("weir.dev", what, headers)
        end
        function envoy_on_request(handle) note(handle, "request_%1$s") end
        function envoy_on_response(handle) note(handle, "response_%1$s") end
        """
            .formatted(side);
    return indented(
        """
        - name: weir.dev.%s
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
            default_source_code: {inline_string: %s}
        """
            .formatted(side, quote(script)));
  }

  /** A script's configuration: the route's {@code filter_context}, which is a JSON object. */
  private static String scriptContext(Artifact artifact, String configuration) {
    return artifact.kind() != Artifact.Kind.LUA || configuration.isBlank()
        ? ""
        : """
          typed_per_filter_config:
            plugin:
              "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute
              filter_context: %s
          """
            .formatted(configuration.strip())
            .indent(14)
            .stripTrailing();
  }

  private static String filter(Artifact artifact, String configuration) {
    String value =
        configuration.isEmpty()
            ? ""
            : "{\"@type\": type.googleapis.com/google.protobuf.StringValue, value: "
                + quote(configuration)
                + "}";
    String file = artifact.file().getFileName().toString();
    return indented(
        switch (artifact.kind()) {
          case JAR ->
              """
              - name: plugin
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter
                  dynamic_module_config: {name: %s}
                  filter_name: %s
                  %s
              """
                  .formatted(
                      file.substring(0, file.length() - ".jar".length()),
                      artifact.plugin(),
                      value.isEmpty() ? "" : "filter_config: " + value);
          case WASM ->
              """
              - name: plugin
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
                  config:
                    name: %s
                    %s
                    vm_config:
                      runtime: envoy.wasm.runtime.v8
                      code: {local: {filename: %s}}
              """
                  .formatted(
                      artifact.plugin(),
                      value.isEmpty() ? "" : "configuration: " + value,
                      quote(artifact.file().toString()));
          case LUA ->
              """
              - name: plugin
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
                  default_source_code: {filename: %s}
              """
                  .formatted(quote(artifact.file().toString()));
        });
  }

  private static String indented(String block) {
    return block.strip().indent(8).stripTrailing();
  }

  /** A JSON string, which is a YAML scalar, too. */
  private static String quote(String text) {
    try {
      return JsonFormat.printer()
          .print(com.google.protobuf.Value.newBuilder().setStringValue(text));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
