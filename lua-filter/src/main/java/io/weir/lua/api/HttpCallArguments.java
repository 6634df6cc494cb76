package io.weir.lua.api;

import io.weir.filter.http.ClusterClient;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Arithmetic;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Texts;
import io.weir.lua.engine.Types;
import org.jspecify.annotations.Nullable;

/** Reads the arguments of {@code handle:httpCall}. */
final class HttpCallArguments {
  private long timeoutMillis;
  private boolean asynchronous;
  private boolean duplicateHeaders;
  private boolean sendXff = true;

  private HttpCallArguments() {}

  static HttpCallRequest parse(Arguments a, ClusterClient clusters) {
    var options = new HttpCallArguments();
    if (a.get(5) instanceof LuaTable table) {
      options.read(a, table);
    } else {
      options.positional(a);
    }
    String cluster = a.string(2).text();
    LuaTable table = a.table(3);
    LuaString body = a.absent(4) ? null : a.string(4);
    if (!clusters.hasCluster(cluster)) {
      throw a.state().error("http call cluster invalid. Must be configured");
    }
    HeaderMap headers = HeaderTable.fromLua(a, table, HeaderNames.SINGLE_IN_REQUESTS, false);
    rename(headers);
    if (!headers.contains(HeaderName.PATH)
        || !headers.contains(HeaderName.METHOD)
        || !headers.contains(HeaderName.AUTHORITY)) {
      throw a.state().error("http call headers must include ':path', ':method', and ':authority'");
    }
    headers.remove(HeaderName.CONTENT_LENGTH);
    if (body != null) {
      headers.set(HeaderName.CONTENT_LENGTH, body.length());
    }
    return new HttpCallRequest(
        cluster,
        headers,
        body == null ? null : body.bytes(),
        options.timeoutMillis,
        options.asynchronous,
        options.duplicateHeaders,
        options.sendXff);
  }

  /** {@code host} is another name of {@code :authority}. */
  private static void rename(HeaderMap headers) {
    String host = headers.get(HeaderName.HOST);
    if (host != null) {
      headers.remove(HeaderName.HOST);
      headers.set(HeaderName.AUTHORITY, host);
    }
  }

  private void positional(Arguments a) {
    timeoutMillis = timeout(a, a.integer(5));
    if (a.count() > 5) {
      if (!(a.get(6) instanceof Boolean flag)) {
        throw a.state().error("http call asynchronous flag must be 'true', 'false', or empty");
      }
      asynchronous = flag;
    }
  }

  private static long timeout(Arguments a, long millis) {
    if (millis < 0) {
      throw a.state().error("http call timeout must be >= 0");
    }
    return millis;
  }

  private void read(Arguments a, LuaTable table) {
    for (int at = table.position(0); at >= 0; at = table.position(at + 1)) {
      Object key = table.keyAt(at);
      Object value = table.valueAt(at);
      LuaString name = Texts.plain(key);
      switch (name.text()) {
        case "asynchronous" -> asynchronous = Types.truthy(value);
        case "timeout_ms" -> timeoutMillis = timeout(a, number(a, value));
        // There is no tracing of call-outs that it could decide about.
        case "trace_sampled" -> {}
        case "return_duplicate_headers" -> duplicateHeaders = Types.truthy(value);
        case "send_xff" -> sendXff = Types.truthy(value);
        default ->
            throw a.state().error("\"" + name + "\" is not valid key for httpCall() options");
      }
    }
  }

  private static long number(Arguments a, @Nullable Object value) {
    Double number = Arithmetic.toNumber(value);
    if (number == null) {
      throw a.wrong(8, "number expected, got " + Types.name(value));
    }
    return (long) (double) number;
  }
}
