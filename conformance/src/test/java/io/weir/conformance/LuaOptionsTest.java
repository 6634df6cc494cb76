package io.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weir's own messages of the Lua filter over proxied requests, and what the administrator sees. */
class LuaOptionsTest {
  @TempDir Path folder;

  private final HttpClient client = HttpClient.newHttpClient();

  private HttpResponse<String> get(int port, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  @Test
  void optionsOfTheFilterAndOfRoutesWorkOnProxiedRequests() throws Exception {
    int[] ports = RunningProxy.freePorts();
    try (var origin = new Origin()) {
      String text = bootstrap(ports, origin.port());
      Path bootstrap = Files.writeString(folder.resolve("bootstrap.yaml"), text);
      try (RunningProxy proxy = RunningProxy.weir(bootstrap, folder, ports[1])) {
        routesUseTheirOptions(ports[0]);
        theFilterKeepsItsOwn(ports[0]);
        theAdministratorSeesEachScript(ports[1]);
        assertThat(proxy.log()).contains(":8: attempt to index upvalue 'nothing' (a nil value)");
      }
    }
  }

  private void routesUseTheirOptions(int port) throws Exception {
    HttpResponse<String> answered = get(port, "/route");
    assertThat(answered.statusCode()).isEqualTo(418);
    assertThat(answered.body()).isEqualTo("{\"was\":200}");
    assertThat(answered.headers().firstValue("x-digest"))
        .contains("900150983cd24fb0d6963f7d28e17f72");
    assertThat(get(port, "/closed").statusCode()).isEqualTo(509);
    assertThat(get(port, "/open").statusCode()).isEqualTo(200);
  }

  private void theFilterKeepsItsOwn(int port) throws Exception {
    assertThat(get(port, "/").body()).contains("x-count: 1");
    assertThat(get(port, "/").body()).contains("x-count: 2");
    assertThat(get(port, "/fail").statusCode()).isEqualTo(503);
  }

  private void theAdministratorSeesEachScript(int admin) throws Exception {
    String plugins = get(admin, "/plugins?format=json").body();
    assertThat(plugins).contains("default_source_code", "source_code", "yields", "microseconds");
    assertThat(plugins).containsPattern(":8: attempt to index");
    String stats = get(admin, "/stats?filter=lua").body();
    assertThat(stats)
        .contains("http.front.lua.script.default.calls: 3")
        .contains("http.front.lua.script.default.errors: 1")
        .contains("http.front.lua.errors: 3")
        .containsPattern("http\\.front\\.lua\\.executions: [0-9]+");
  }

  private static String bootstrap(int[] ports, int upstream) {
    return """
        admin:
          address: {socket_address: {address: 127.0.0.1, port_value: %d}}
        static_resources:
          listeners:
          - name: front
            address: {socket_address: {address: 127.0.0.1, port_value: %d}}
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: front
                  route_config:
                    virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                      - match: {prefix: /route}
                        route: {cluster: origin}
                        typed_per_filter_config:
                          envoy.filters.http.lua:
                            "@type": type.googleapis.com/weir.filters.http.lua.v1.LuaPerRoute
                            lua:
                              source_code:
                                inline_string: |
                                  local json, sha = require "json", require "sha"
                                  function envoy_on_response(h)
                                    local status = tonumber(h:headers():get(":status"))
                                    h:respond({[":status"] = "418", ["x-digest"] = sha.md5("abc")}, json.encode({was = status}))
                                  end
                            options: {libraries: [json, sha], respond_in_response: true, sandbox: true}
                      - match: {prefix: /closed}
                        route: {cluster: origin}
                        typed_per_filter_config:
                          envoy.filters.http.lua:
                            "@type": type.googleapis.com/weir.filters.http.lua.v1.LuaPerRoute
                            lua:
                              source_code: {inline_string: "function envoy_on_request(h) while true do end end"}
                            options: {failure_policy: CLOSED, failure_status: 509, limits: {steps: 100000}}
                      - match: {prefix: /open}
                        route: {cluster: origin}
                        typed_per_filter_config:
                          envoy.filters.http.lua:
                            "@type": type.googleapis.com/weir.filters.http.lua.v1.LuaPerRoute
                            lua:
                              source_code: {inline_string: "function envoy_on_request(h) error('x') end"}
                      - match: {prefix: /}
                        route: {cluster: origin}
                  http_filters:
                  - name: envoy.filters.http.lua
                    typed_config:
                      "@type": type.googleapis.com/weir.filters.http.lua.v1.Lua
                      lua:
                        default_source_code:
                          inline_string: |
                            local hits = require("shared").hits
                            local nothing
                            function envoy_on_request(h)
                              if h:headers():get(":path") ~= "/fail" then
                                h:headers():replace("x-count", hits:incr("all", 1, 0))
                                return
                              end
                              return nothing.value
                            end
                      options:
                        failure_policy: CLOSED
                        statistics: true
                        shared_dictionaries: {hits: {max_bytes: 65536}}
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
          clusters:
          - name: origin
            connect_timeout: 1s
            type: STATIC
            load_assignment:
              cluster_name: origin
              endpoints:
              - lb_endpoints:
                - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
        """
        .formatted(ports[1], ports[0], upstream);
  }
}
