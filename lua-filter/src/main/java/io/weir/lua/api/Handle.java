package io.weir.lua.api;

import io.weir.filter.Metadata;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.RouteInfo;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request handle and the response handle: what {@code envoy_on_request} and {@code
 * envoy_on_response} receive. Lives as long as its direction of the stream, usable while the script
 * runs.
 */
public final class Handle extends ApiObject {
  private static final String FALLBACK_NAMESPACE = "envoy.filters.http.lua";

  private int cachedEpoch = -1;
  private @Nullable Headers headers;
  private @Nullable Headers requestHeaders;
  private @Nullable Headers trailers;
  private @Nullable BodyBuffer body;
  private final Map<String, ApiObject> others = new HashMap<>(0);

  public Handle(HandleHost host) {
    super(host.objects().handle.metatable(), host);
  }

  @Override
  boolean alive() {
    return host().live();
  }

  static ApiType<Handle> type(LuaState state) {
    ApiType<Handle> type = new ApiType<>(state, Handle.class);
    type.getter("headers", Handle::headers)
        .getter("requestHeaders", Handle::requestHeaders)
        .method("body", Handle::body)
        .getter("bodyChunks", Handle::bodyChunks)
        .getter("trailers", Handle::trailers)
        .method("httpCall", Handle::httpCall)
        .method("respond", Handle::respond);
    type.getter("metadata", Handle::metadata)
        .getter("filterContext", Handle::filterContext)
        .getter("virtualHost", self -> self.holder("virtualHost", self.virtualHostMetadata()))
        .getter("route", self -> self.holder("route", self.routeMetadata()))
        .getter("streamInfo", Handle::streamInfo)
        .getter("connection", Handle::connection)
        .getter("connectionStreamInfo", Handle::connectionStreamInfo)
        .getter("stats", Handle::stats);
    type.method("importPublicKey", Handle::importPublicKey)
        .method("verifySignature", Handle::verifySignature)
        .text("base64Escape", Handle::base64Escape)
        .method("timestamp", Timestamps::timestamp)
        .method("timestampString", Timestamps::timestampString)
        .method("setUpstreamOverrideHost", Handle::setUpstreamOverrideHost)
        .getter("clearRouteCache", Handle::clearRouteCache);
    return type;
  }

  /** Drops the objects of an earlier run. */
  private void refresh() {
    if (cachedEpoch != host().epoch()) {
      cachedEpoch = host().epoch();
      headers = null;
      requestHeaders = null;
      trailers = null;
      body = null;
      if (!others.isEmpty()) {
        others.clear();
      }
    }
  }

  // ---- headers, body, trailers

  private Object headers() {
    refresh();
    if (headers == null) {
      headers =
          new Headers(
              host().objects().headers.metatable(),
              host(),
              host().headers(),
              host().request() ? Headers.Kind.REQUEST : Headers.Kind.RESPONSE);
    }
    return headers;
  }

  private @Nullable Object requestHeaders() {
    if (host().request()) {
      return headers();
    }
    refresh();
    HeaderMap map = host().callbacks().requestHeaders();
    if (requestHeaders == null && map != null) {
      requestHeaders =
          new Headers(host().objects().headers.metatable(), host(), map, Headers.Kind.REQUEST);
    }
    return requestHeaders;
  }

  private @Nullable Object body(Arguments a) {
    if (a.count() > 1 && !(a.get(2) instanceof Boolean)) {
      throw a.wrongType(2, "boolean");
    }
    refresh();
    if (body != null) {
      return body;
    }
    Body whole = host().body(a.truthy(2));
    if (whole == null) {
      return Values.NONE;
    }
    refresh();
    body = new BodyBuffer(host().objects().body.metatable(), host(), whole);
    return body;
  }

  private Object bodyChunks() {
    host().beginChunks();
    Handle self = this;
    return new Builtin(host().state(), "chunk_iterator", 0) {
      @Override
      public @Nullable Object invoke(@Nullable Object[] arguments) {
        if (!self.alive()) {
          throw state().error("object used outside of proper scope");
        }
        Body chunk = host().nextChunk();
        return chunk == null
            ? Values.NONE
            : new BodyBuffer(host().objects().body.metatable(), host(), chunk);
      }
    };
  }

  private @Nullable Object trailers() {
    refresh();
    if (trailers != null) {
      return trailers;
    }
    HeaderMap map = host().trailers();
    if (map == null) {
      return Values.NONE;
    }
    refresh();
    trailers =
        new Headers(host().objects().headers.metatable(), host(), map, Headers.Kind.TRAILERS);
    return trailers;
  }

  // ---- calls and answers

  private @Nullable Object httpCall(Arguments a) {
    HttpCallRequest request = HttpCallArguments.parse(a, host().callbacks().worker().clusters());
    CallOutcome outcome = host().call(request);
    if (outcome == null) {
      return Values.NONE;
    }
    LuaTable headers = HeaderTable.toLua(outcome.headers(), request.duplicateHeaders());
    LuaString body = outcome.body().length == 0 ? null : LuaString.own(outcome.body());
    return new @Nullable Object[] {headers, body};
  }

  private Object respond(Arguments a) {
    if (!host().request()) {
      throw a.state().error("respond not currently supported in the response path");
    }
    if (!host().headersModifiable()) {
      throw a.state().error("respond() cannot be called if headers have been continued");
    }
    LuaTable table = a.table(2);
    LuaString body = a.absent(3) ? null : a.string(3);
    HeaderMap map = HeaderTable.fromLua(a, table, HeaderNames.SINGLE_IN_RESPONSES, true);
    if (status(map) < 0) {
      throw a.state().error(":status must be between 200-599");
    }
    host().respond(map, body == null ? null : body.bytes());
    return Values.NONE;
  }

  /** The status, white space around it and leading zeros allowed, or −1. */
  static int status(HeaderMap map) {
    String text = map.get(HeaderName.STATUS);
    if (text == null) {
      return -1;
    }
    String digits = text.strip();
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9 || value > 599) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value >= 200 && value < 600 ? value : -1;
  }

  // ---- facts

  private Metadata routeMetadata() {
    RouteInfo route = host().callbacks().route();
    return route == null ? Metadata.EMPTY : route.metadata();
  }

  private Metadata virtualHostMetadata() {
    RouteInfo route = host().callbacks().route();
    return route == null ? Metadata.EMPTY : route.virtualHostMetadata();
  }

  private Object metadata() {
    refresh();
    ApiObject known = others.get("metadata");
    if (known != null) {
      return known;
    }
    Metadata metadata = routeMetadata();
    Value.MapValue fields = metadata.namespace(host().filterName());
    if (fields == null) {
      fields = metadata.namespace(FALLBACK_NAMESPACE);
    }
    return remember(
        "metadata",
        new MetadataMap(
            host().objects().metadata.metatable(),
            host(),
            fields == null ? Value.MapValue.EMPTY : fields));
  }

  private Object filterContext() {
    refresh();
    ApiObject known = others.get("filterContext");
    return known != null
        ? known
        : remember(
            "filterContext",
            new MetadataMap(host().objects().metadata.metatable(), host(), host().filterContext()));
  }

  private ApiObject remember(String name, ApiObject object) {
    others.put(name, object);
    return object;
  }

  private Object holder(String name, Metadata metadata) {
    refresh();
    ApiObject known = others.get(name);
    return known != null
        ? known
        : remember(
            name,
            new MetadataHolder(host().objects().metadataHolder.metatable(), host(), metadata));
  }

  private Object streamInfo() {
    refresh();
    ApiObject known = others.get("streamInfo");
    return known != null
        ? known
        : remember(
            "streamInfo", new StreamInfoObject(host().objects().streamInfo.metatable(), host()));
  }

  private Object connection() {
    refresh();
    ApiObject known = others.get("connection");
    return known != null
        ? known
        : remember("connection", new Connection(host().objects().connection.metatable(), host()));
  }

  private Object connectionStreamInfo() {
    refresh();
    ApiObject known = others.get("connectionStreamInfo");
    return known != null
        ? known
        : remember(
            "connectionStreamInfo",
            new ConnectionStreamInfo(host().objects().connectionStreamInfo.metatable(), host()));
  }

  private Object stats() {
    refresh();
    ApiObject known = others.get("stats");
    return known != null
        ? known
        : remember("stats", new StatsScope(host().objects().stats.metatable(), host()));
  }

  // ---- tools

  private Object importPublicKey(Arguments a) {
    LuaString der = a.string(2);
    int length = a.integer(3);
    refresh();
    ApiObject known = others.get("publicKey");
    return known != null
        ? known
        : remember(
            "publicKey",
            new PublicKeyObject(
                host().objects().publicKey.metatable(),
                host(),
                der.substring(0, Math.clamp(length, 0, der.length()))));
  }

  private Object verifySignature(Arguments a) {
    String hash = a.string(2).text();
    LuaString key = a.string(3);
    byte[] signature = PublicKeyObject.prefix(a.string(4), a.integer(5));
    byte[] text = PublicKeyObject.prefix(a.string(6), a.integer(7));
    String failure = PublicKeyObject.verify(hash, key, signature, text);
    return new @Nullable Object[] {failure == null, failure == null ? null : LuaString.of(failure)};
  }

  private Object base64Escape(LuaString text) {
    return LuaString.own(Base64.getEncoder().encode(text.bytes()));
  }

  private Object setUpstreamOverrideHost(Arguments a) {
    String address = a.string(2).text();
    if (a.count() > 2 && !(a.get(3) instanceof Boolean)) {
      throw a.wrongType(3, "boolean");
    }
    if (!hostAddress(address)) {
      throw a.state().error("host is not a valid IP address");
    }
    if (host().request()) {
      host().setUpstreamOverrideHost(address, a.truthy(3));
    }
    return Values.NONE;
  }

  /** An IP address, with a port or without; IPv6 in brackets. */
  private static boolean hostAddress(String text) {
    int close = text.lastIndexOf(']');
    int colon = text.lastIndexOf(':');
    if (colon > close && colon >= 0) {
      return FilterStateText.port(text.substring(colon + 1))
          && FilterStateText.literal(text.substring(0, colon))
          && (close > 0 || text.indexOf(':') == colon);
    }
    return FilterStateText.literal(text);
  }

  private Object clearRouteCache() {
    if (host().request()) {
      host().callbacks().clearRouteCache();
    }
    return Values.NONE;
  }
}
