package io.weir.plugin.test;

import io.weir.filter.FilterState;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.LocalReply;
import io.weir.filter.testkit.FilterHarness;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One request through the plugin, and its response. */
public final class TestExchange {
  private final TestProxy proxy;
  private final FilterHarness stream;
  private final String what;
  private final String[] head;
  private boolean started;
  private boolean complete;
  private boolean ended;

  TestExchange(
      TestProxy proxy, FilterHarness stream, String method, String path, String... headers) {
    this.proxy = proxy;
    this.stream = stream;
    this.what = method + " " + path;
    var all = new ArrayList<String>(List.of(":method", method, ":path", path));
    all.addAll(List.of(":authority", "example.com", ":scheme", "http"));
    all.addAll(List.of(headers));
    this.head = all.toArray(String[]::new);
  }

  private void start(boolean endStream) {
    if (!started) {
      started = true;
      stream.request(endStream, head);
      proxy.settle();
    }
  }

  /** Sends pieces of the request body, the last one being the end. */
  public TestExchange body(String... pieces) {
    start(false);
    for (int i = 0; i < pieces.length; i++) {
      complete = i == pieces.length - 1;
      stream.requestData(pieces[i], complete);
      proxy.settle();
    }
    return this;
  }

  /** Sends a piece of the request body; more follows. */
  public TestExchange piece(String text) {
    start(false);
    stream.requestData(text, false);
    proxy.settle();
    return this;
  }

  /** Ends the request with trailers. */
  public TestExchange trailers(String... headers) {
    start(false);
    complete = true;
    stream.requestTrailers(headers);
    proxy.settle();
    return this;
  }

  /** The upstream answers. */
  public TestExchange respond(int status, String body, String... headers) {
    completeRequest();
    if (stream.localReply == null && stream.request.headersOut) {
      stream.response(status, body.isEmpty(), headers);
      proxy.settle();
      if (!body.isEmpty()) {
        stream.responseData(body, true);
        proxy.settle();
      }
    }
    return this;
  }

  private void completeRequest() {
    if (!started) {
      complete = true;
      start(true);
    } else if (!complete) {
      complete = true;
      stream.requestData("", true);
      proxy.settle();
    }
  }

  /** Ends a request without a body; ends the exchange when it is complete. */
  TestExchange end() {
    if (!complete && !started) {
      completeRequest();
    } else if (!ended) {
      ended = true;
      stream.close();
    }
    return this;
  }

  /** The client goes away. */
  public TestExchange disconnect() {
    ended = true;
    stream.close();
    proxy.settle();
    return this;
  }

  /** Whether the request went on to the upstream. */
  public boolean forwarded() {
    return stream.request.headersOut;
  }

  /** A header of the request as the upstream sees it, or null. */
  public @Nullable String requestHeader(String name) {
    HeaderMap headers = stream.request.headers;
    return !forwarded() ? null : text(headers, name);
  }

  private static @Nullable String text(@Nullable HeaderMap headers, String name) {
    String value = headers == null ? null : headers.get(name);
    return value == null
        ? null
        : new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** The request body as far as it went on. */
  public String requestBody() {
    return stream.request.bodyOut.toText();
  }

  /** A trailer of the request as the upstream sees it, or null. */
  public @Nullable String requestTrailer(String name) {
    HeaderMap trailers = stream.request.trailers;
    return text(trailers, name);
  }

  /** The status that the client sees; 0 before there is one. */
  public int status() {
    HeaderMap headers = stream.response.headers;
    String status = headers == null || !stream.response.headersOut ? null : headers.get(":status");
    return status == null ? 0 : Integer.parseInt(status);
  }

  /** A header of the response as the client sees it, or null. */
  public @Nullable String responseHeader(String name) {
    HeaderMap headers = stream.response.headers;
    return !stream.response.headersOut ? null : text(headers, name);
  }

  /** The response body as far as it went on. */
  public String responseBody() {
    return stream.response.bodyOut.toText();
  }

  /** A text that the plugin wrote into dynamic metadata, or null. */
  public @Nullable String metadata(String namespace, String key) {
    Value.MapValue fields = stream.info.dynamicMetadata().get(namespace);
    return fields != null && fields.get(key) instanceof Value.StringValue text
        ? text.value()
        : null;
  }

  /** A text that the plugin kept with {@code setAttribute}, or null. */
  public @Nullable String attribute(String name) {
    return stream.info.filterState().get("wasm." + name) instanceof FilterState.Serializable kept
        ? kept.serializeAsString()
        : null;
  }

  /** Whether the route was chosen again; a module's change of {@code :path} does that as well. */
  public boolean routeCleared() {
    return stream.callbacks.routeCacheClears > 0;
  }

  /** Whether the proxy answered because the plugin failed. */
  public boolean failed() {
    LocalReply reply = stream.localReply;
    return reply != null && (reply.code() == 500 || reply.details().startsWith("wasm_fail"));
  }

  /** What can be seen from outside. */
  List<String> seen() {
    var seen = new ArrayList<String>();
    seen.add(what);
    if (forwarded()) {
      lines("> ", stream.request.headers, seen);
      seen.add("> body " + requestBody());
      lines("> trailer ", stream.request.trailers, seen);
    }
    if (stream.response.headersOut) {
      lines("< ", stream.response.headers, seen);
      seen.add("< body " + responseBody());
    }
    return seen;
  }

  private static void lines(String mark, @Nullable HeaderMap headers, List<String> seen) {
    if (headers == null) {
      return;
    }
    for (int e = headers.first(); e >= 0; e = headers.next(e)) {
      seen.add(mark + headers.name(e) + ": " + headers.value(e));
    }
  }
}
