package io.weir.lua.api;

import io.weir.filter.FilterStateText;
import io.weir.filter.Metadata;
import io.weir.filter.StreamInfo;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.RouteInfo;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.LuaUserdata;
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
public abstract class Handle extends LuaUserdata implements Scoped, HandleHost {
  private static final String FALLBACK_NAMESPACE = "envoy.filters.http.lua";

  private @Nullable Headers headers;
  private @Nullable Map<String, ApiObject> others;

  /**
   * @param objects of the state that the script runs in
   */
  protected Handle(Objects objects) {
    super(objects.handle.metatable());
  }

  @Override
  public final boolean alive() {
    return live();
  }

  /** Ends the life of the objects that the script got from this one, when it stops running. */
  protected final void dropObjects() {
    headers = null;
    others = null;
  }

  static ApiType<Handle> type(LuaState state) {
    ApiType<Handle> type = new ApiType<>(state, Handle.class);
    type.getter("headers", Handle::headersObject)
        .getter("requestHeaders", Handle::requestHeadersObject)
        .method("body", Handle::bodyObject)
        .getter("bodyChunks", Handle::bodyChunks)
        .getter("trailers", Handle::trailersObject)
        .method("httpCall", Handle::httpCall)
        .method("respond", Handle::respond);
    type.getter("metadata", Handle::metadata)
        .getter("filterContext", Handle::contextObject)
        .getter(
            "virtualHost", self -> self.holder("virtualHost", self.info().virtualHostMetadata()))
        .getter("route", self -> self.holder("route", self.info().routeMetadata()))
        .getter("streamInfo", Handle::streamInfo)
        .getter("connection", Handle::connection)
        .getter("connectionStreamInfo", Handle::connectionStreamInfo)
        .getter("stats", Handle::statsObject);
    type.method("importPublicKey", Handle::importPublicKey)
        .method("verifySignature", Handle::verifySignature)
        .text("base64Escape", Handle::base64Escape)
        .text("base64Decode", (_, text) -> Base64Text.decode(text))
        .method("timestamp", Timestamps::timestamp)
        .method("timestampString", Timestamps::timestampString)
        .method("setUpstreamOverrideHost", Handle::overrideHost)
        .getter("clearRouteCache", Handle::clearRouteCache);
    return type;
  }

  // ---- headers, body, trailers

  private Object headersObject() {
    if (headers == null) {
      headers =
          new Headers(
              objects().headers.metatable(),
              this,
              headers(),
              request() ? Headers.Kind.REQUEST : Headers.Kind.RESPONSE);
    }
    return headers;
  }

  private @Nullable Object requestHeadersObject() {
    if (request()) {
      return headersObject();
    }
    ApiObject known = known("requestHeaders");
    HeaderMap map = callbacks().requestHeaders();
    if (known != null || map == null) {
      return known;
    }
    return remember(
        "requestHeaders",
        new Headers(objects().headers.metatable(), this, map, Headers.Kind.REQUEST));
  }

  private @Nullable Object bodyObject(Arguments a) {
    if (a.count() > 1 && !(a.get(2) instanceof Boolean)) {
      throw a.wrongType(2, "boolean");
    }
    ApiObject known = known("body");
    if (known != null) {
      return known;
    }
    Body whole = body(a.truthy(2));
    return whole == null
        ? Values.NONE
        : remember("body", new BodyBuffer(objects().body.metatable(), this, whole));
  }

  private Object bodyChunks() {
    beginChunks();
    Handle self = this;
    return new Builtin(state(), "chunk_iterator", 0) {
      @Override
      public @Nullable Object invoke(@Nullable Object[] arguments) {
        if (!self.alive()) {
          throw state().error("object used outside of proper scope");
        }
        Body chunk = nextChunk();
        return chunk == null
            ? Values.NONE
            : new BodyBuffer(objects().body.metatable(), self, chunk);
      }
    };
  }

  private @Nullable Object trailersObject() {
    ApiObject known = known("trailers");
    if (known != null) {
      return known;
    }
    HeaderMap map = trailers();
    return map == null
        ? Values.NONE
        : remember(
            "trailers",
            new Headers(objects().headers.metatable(), this, map, Headers.Kind.TRAILERS));
  }

  // ---- calls and answers

  private @Nullable Object httpCall(Arguments a) {
    HttpCallRequest request = HttpCallArguments.parse(a, callbacks().worker().clusters());
    CallOutcome outcome = call(request);
    if (outcome == null) {
      return Values.NONE;
    }
    LuaTable headers = HeaderTable.toLua(outcome.headers(), request.duplicateHeaders());
    LuaString body = outcome.body().length == 0 ? null : LuaString.own(outcome.body());
    return new @Nullable Object[] {headers, body};
  }

  private Object respond(Arguments a) {
    if (!request() && !respondInResponse()) {
      throw a.state().error("respond not currently supported in the response path");
    }
    if (!headersModifiable()) {
      throw a.state().error("respond() cannot be called if headers have been continued");
    }
    LuaTable table = a.table(2);
    LuaString body = a.absent(3) ? null : a.string(3);
    HeaderMap map = HeaderTable.fromLua(a, table, HeaderNames.SINGLE_IN_RESPONSES, true);
    if (status(map) < 0) {
      throw a.state().error(":status must be between 200-599");
    }
    respond(map, body == null ? null : body.bytes());
    return Values.NONE;
  }

  /** The status, white space around it, a plus and leading zeros allowed, or −1. */
  static int status(HeaderMap map) {
    String text = map.get(HeaderName.STATUS);
    if (text == null) {
      return -1;
    }
    String digits = unsigned(text.strip());
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

  private static String unsigned(String number) {
    return number.startsWith("+") ? number.substring(1) : number;
  }

  // ---- facts

  private StreamInfo info() {
    return callbacks().streamInfo();
  }

  private Object metadata() {
    ApiObject known = known("metadata");
    if (known != null) {
      return known;
    }
    RouteInfo route = callbacks().route();
    Metadata metadata = route == null ? Metadata.EMPTY : route.metadata();
    Value.MapValue fields = metadata.namespace(filterName());
    if (fields == null) {
      fields = metadata.namespace(FALLBACK_NAMESPACE);
    }
    return remember(
        "metadata",
        new MetadataMap(
            objects().metadata.metatable(), this, fields == null ? Value.MapValue.EMPTY : fields));
  }

  private Object contextObject() {
    ApiObject known = known("filterContext");
    return known != null
        ? known
        : remember(
            "filterContext",
            new MetadataMap(objects().metadata.metatable(), this, filterContext()));
  }

  /** An object that this run has given out before. */
  private @Nullable ApiObject known(String name) {
    return others == null ? null : others.get(name);
  }

  private ApiObject remember(String name, ApiObject object) {
    if (others == null) {
      others = new HashMap<>(8);
    }
    others.put(name, object);
    return object;
  }

  private Object holder(String name, Metadata metadata) {
    ApiObject known = known(name);
    return known != null
        ? known
        : remember(name, new MetadataHolder(objects().metadataHolder.metatable(), this, metadata));
  }

  private Object streamInfo() {
    ApiObject known = known("streamInfo");
    return known != null
        ? known
        : remember("streamInfo", new StreamInfoObject(objects().streamInfo.metatable(), this));
  }

  private Object connection() {
    ApiObject known = known("connection");
    return known != null
        ? known
        : remember("connection", new Connection(objects().connection.metatable(), this));
  }

  private Object connectionStreamInfo() {
    ApiObject known = known("connectionStreamInfo");
    return known != null
        ? known
        : remember(
            "connectionStreamInfo",
            new ConnectionStreamInfo(objects().connectionStreamInfo.metatable(), this));
  }

  private Object statsObject() {
    ApiObject known = known("stats");
    return known != null
        ? known
        : remember("stats", new StatsScope(objects().stats.metatable(), this));
  }

  // ---- tools

  private Object importPublicKey(Arguments a) {
    LuaString der = a.string(2);
    int length = a.integer(3);
    if (length < 0) {
      throw a.wrong(3, "negative length");
    }
    ApiObject known = known("publicKey");
    return known != null
        ? known
        : remember(
            "publicKey",
            new PublicKeyObject(
                objects().publicKey.metatable(),
                this,
                der.substring(0, Math.min(length, der.length()))));
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

  private Object overrideHost(Arguments a) {
    String address = a.string(2).text();
    if (a.count() > 2 && !(a.get(3) instanceof Boolean)) {
      throw a.wrongType(3, "boolean");
    }
    if (!hostAddress(address)) {
      throw a.state().error("host is not a valid IP address");
    }
    if (request()) {
      setUpstreamOverrideHost(address, a.truthy(3));
    }
    return Values.NONE;
  }

  /** An IP address, with a port or without; what follows the last colon is a port if it can be. */
  private static boolean hostAddress(String text) {
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1).strip();
    String digits = unsigned(port);
    boolean withPort =
        colon >= 0 && !digits.isEmpty() && digits.chars().allMatch(Character::isDigit);
    String host = withPort ? text.substring(0, colon) : text;
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (withPort && (!FilterStateText.port(digits) || !bracketed && host.indexOf(':') >= 0)) {
      return false;
    }
    return FilterStateText.literal(bracketed ? host.substring(1, host.length() - 1) : host);
  }

  private Object clearRouteCache() {
    if (request()) {
      callbacks().clearRouteCache();
    }
    return Values.NONE;
  }
}
