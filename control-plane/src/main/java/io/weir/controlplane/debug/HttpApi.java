package io.weir.controlplane.debug;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.weir.controlplane.ads.AdsServer;
import io.weir.controlplane.config.ConfigStore;
import io.weir.controlplane.config.DocumentReader;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.module.ModuleDirectory;
import io.weir.controlplane.patch.Profile;
import io.weir.xds.ResourceType;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves metrics, readiness, debug endpoints and the configuration API. Owns its threads. */
public final class HttpApi implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("http");
  private static final int MAX_BODY_BYTES = 16 << 20;

  /** Answers one path. */
  @FunctionalInterface
  private interface Handler {
    HttpAnswer answer(HttpRequest request) throws HttpError;
  }

  private final Map<String, Handler> handlers = new TreeMap<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private HttpApi(InetSocketAddress address) throws IOException {
    server = HttpServer.create(address, 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  /** Binds the address and serves; port 0 takes a free one. */
  public static HttpApi start(
      InetSocketAddress address,
      ConfigStore store,
      DocumentReader reader,
      AppliedFile applied,
      AdsServer ads,
      ModuleDirectory modules,
      Profile profile)
      throws IOException {
    HttpApi api = new HttpApi(address);
    DebugPages pages = new DebugPages(store, ads, modules, profile);
    ConfigApi config = new ConfigApi(store, reader, applied);
    api.handlers.put("/metrics", _ -> HttpAnswer.text(new Metrics(store, ads).text()));
    api.handlers.put("/ready", _ -> HttpAnswer.text("ready\n"));
    api.handlers.put("/debug/configz", _ -> pages.configz());
    api.handlers.put("/debug/problemz", _ -> pages.problems());
    api.handlers.put("/debug/syncz", _ -> pages.syncz());
    api.handlers.put("/debug/adsz", pages::adsz);
    api.handlers.put("/debug/connections", _ -> pages.connections());
    api.handlers.put("/debug/config_dump", pages::configDump);
    api.handlers.put("/debug/patches", pages::patches);
    api.handlers.put("/debug/endpointz", _ -> pages.endpointz());
    api.handlers.put("/debug/registryz", _ -> pages.registryz());
    api.handlers.put("/debug/endpointShardz", _ -> pages.endpointz());
    api.handlers.put("/debug/edsz", request -> pages.resources(request, ResourceType.ENDPOINT));
    api.handlers.put(
        "/debug/ecdsz", request -> pages.resources(request, ResourceType.EXTENSION_CONFIG));
    api.handlers.put("/debug/sidecarz", pages::sidecarz);
    api.handlers.put("/debug/instancesz", _ -> pages.instancesz());
    api.handlers.put(
        "/debug/authorizationz",
        _ ->
            pages.kinds(
                Kind.AUTHORIZATION_POLICY, Kind.REQUEST_AUTHENTICATION, Kind.PEER_AUTHENTICATION));
    api.handlers.put("/debug/telemetryz", _ -> pages.kinds(Kind.TELEMETRY));
    api.handlers.put("/debug/resourcesz", _ -> pages.resourcesz());
    api.handlers.put("/debug/push_status", _ -> pages.pushStatus());
    api.handlers.put("/debug/cachez", pages::cachez);
    api.handlers.put("/debug/force_disconnect", pages::disconnect);
    api.handlers.put("/debug/mesh", _ -> pages.mesh());
    api.handlers.put("/debug/pluginz", _ -> pages.pluginz());
    api.handlers.put("/config", config::answer);
    api.handlers.put("/modules", request -> module(modules, request));
    api.server.start();
    return api;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    HttpAnswer answer;
    try {
      answer = answer(read(exchange));
    } catch (HttpError e) {
      answer = new HttpAnswer(e.status(), "text/plain; charset=utf-8", e.getMessage() + "\n");
    } catch (RuntimeException e) {
      LOG.error("{} {}", exchange.getRequestMethod(), exchange.getRequestURI(), e);
      answer = new HttpAnswer(500, "text/plain; charset=utf-8", "see the control plane's log\n");
    }
    byte[] body = answer.body();
    exchange.getResponseHeaders().set("content-type", answer.contentType());
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }

  private HttpAnswer answer(HttpRequest request) throws HttpError {
    String path = request.path();
    if (path.equals("/debug") || path.equals("/debug/") || path.equals("/")) {
      return HttpAnswer.text(String.join("\n", handlers.keySet()) + "\n");
    }
    String name = path;
    for (String tree : List.of("/config", "/modules")) {
      name = path.startsWith(tree + "/") ? tree : name;
    }
    Handler handler = handlers.get(name);
    if (handler == null) {
      throw new HttpError(404, "there is no " + path + "; GET /debug lists what there is");
    }
    if (!path.startsWith("/config") && !request.method().equals("GET")) {
      throw new HttpError(405, "only GET");
    }
    return handler.answer(request);
  }

  /** A module by its digest: {@code /modules/DIGEST.wasm}. */
  private static HttpAnswer module(ModuleDirectory modules, HttpRequest request) throws HttpError {
    String name = request.path().substring(request.path().lastIndexOf('/') + 1);
    byte[] bytes = modules.bytes(name.replace(".wasm", ""));
    if (bytes == null) {
      throw new HttpError(404, "there is no module " + name);
    }
    return new HttpAnswer(200, "application/wasm", bytes);
  }

  private static HttpRequest read(HttpExchange exchange) throws IOException, HttpError {
    Map<String, String> query = new LinkedHashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String pair : raw == null ? new String[0] : raw.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      query.put(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
    }
    try (InputStream in = exchange.getRequestBody()) {
      byte[] body = in.readNBytes(MAX_BODY_BYTES + 1);
      if (body.length > MAX_BODY_BYTES) {
        throw new HttpError(413, "the body is larger than " + MAX_BODY_BYTES + " bytes");
      }
      String ifMatch = exchange.getRequestHeaders().getFirst("if-match");
      return new HttpRequest(
          exchange.getRequestMethod(),
          exchange.getRequestURI().getPath(),
          query,
          new String(body, StandardCharsets.UTF_8),
          ifMatch == null ? "" : ifMatch.replace("\"", ""));
    }
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
