package io.weir.wasm.property;

import static io.weir.wasm.abi.WasmResult.NOT_FOUND;
import static io.weir.wasm.abi.WasmResult.OK;
import static io.weir.wasm.abi.WasmResult.SERIALIZATION_FAILURE;

import io.weir.filter.StreamInfo;
import io.weir.filter.StreamInfo.TimePoint;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.wasm.abi.ByteSink;
import io.weir.wasm.abi.GuestFields;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code request.*} and {@code response.*}. */
final class RequestProperties {

  int request(PropertySource source, PropertyPath path, ByteSink out) {
    StreamInfo info = source.streamInfo();
    if (info == null) {
      return NOT_FOUND;
    }
    if (path.size() == 1) {
      return SERIALIZATION_FAILURE;
    }
    if (belowScalar(path)) {
      return NOT_FOUND;
    }
    HeaderMap headers = source.requestHeaders();
    return switch (path.part(1)) {
      case "path" -> header(headers, HeaderName.PATH, out);
      case "url_path" -> pathPart(headers, false, out);
      case "query" -> pathPart(headers, true, out);
      case "host" -> header(headers, HeaderName.AUTHORITY, out);
      case "scheme" -> header(headers, HeaderName.SCHEME, out);
      case "method" -> header(headers, HeaderName.METHOD, out);
      case "referer" -> header(headers, HeaderName.REFERER, out);
      case "useragent" -> header(headers, HeaderName.USER_AGENT, out);
      case "id" -> header(headers, HeaderName.X_REQUEST_ID, out);
      case "headers" -> headers(headers, path, out);
      case "headers_bytes" -> headers == null ? NOT_FOUND : number(headers.byteLength(), out);
      case "time" -> number(info.startWallNanos(), out);
      case "duration" ->
          info.endNanos() < 0 ? NOT_FOUND : number(info.endNanos() - info.startNanos(), out);
      case "protocol" -> text(info.protocol() == null ? null : info.protocol().text(), out);
      case "size" -> number(requestSize(headers, info), out);
      case "total_size" ->
          number(info.bytesReceived() + (headers == null ? 0 : headers.byteLength()), out);
      default -> NOT_FOUND;
    };
  }

  int response(PropertySource source, PropertyPath path, ByteSink out) {
    StreamInfo info = source.streamInfo();
    if (info == null) {
      return NOT_FOUND;
    }
    if (path.size() == 1) {
      return SERIALIZATION_FAILURE;
    }
    if (belowScalar(path)) {
      return NOT_FOUND;
    }
    HeaderMap headers = source.responseHeaders();
    HeaderMap trailers = source.responseTrailers();
    return switch (path.part(1)) {
      case "code" -> code(headers, info, out);
      case "code_details" -> text(info.responseCodeDetails(), out);
      case "flags" -> number(info.responseFlags(), out);
      case "grpc_status" -> grpcStatus(headers, trailers, info, out);
      case "headers" -> headers(headers, path, out);
      case "headers_bytes" -> number(headers == null ? 0 : headers.byteLength(), out);
      case "trailers" -> headers(trailers, path, out);
      case "size" -> number(info.bytesSent(), out);
      case "total_size" ->
          number(
              info.bytesSent()
                  + (headers == null ? 0 : headers.byteLength())
                  + (trailers == null ? 0 : trailers.byteLength()),
              out);
      case "backend_latency" -> backendLatency(info, out);
      default -> NOT_FOUND;
    };
  }

  /** Whether a path goes on behind an attribute that has no parts. */
  private static boolean belowScalar(PropertyPath path) {
    return path.size() > 2 && !path.part(1).equals("headers") && !path.part(1).equals("trailers");
  }

  /** The status, as soon as the upstream has told it. */
  private static int code(@Nullable HeaderMap headers, StreamInfo info, ByteSink out) {
    long code = info.responseCode();
    if (code == 0 && headers != null && headers.contains(HeaderName.STATUS)) {
      code = headers.valueAsLong(headers.find(HeaderName.STATUS));
    }
    return code <= 0 ? NOT_FOUND : number(code, out);
  }

  private static long requestSize(@Nullable HeaderMap headers, StreamInfo info) {
    int entry = headers == null ? -1 : headers.find(HeaderName.CONTENT_LENGTH);
    long declared = headers == null || entry < 0 ? -1 : headers.valueAsLong(entry);
    return declared >= 0 ? declared : info.bytesReceived();
  }

  private static int backendLatency(StreamInfo info, ByteSink out) {
    long begin = info.timeOf(TimePoint.UPSTREAM_TX_BEGIN);
    long end = info.timeOf(TimePoint.UPSTREAM_RX_END);
    return begin < 0 || end < 0 ? NOT_FOUND : number(end - begin, out);
  }

  private static int grpcStatus(
      @Nullable HeaderMap headers, @Nullable HeaderMap trailers, StreamInfo info, ByteSink out) {
    long status = -1;
    if (trailers != null && trailers.contains(HeaderName.GRPC_STATUS)) {
      status = trailers.valueAsLong(trailers.find(HeaderName.GRPC_STATUS));
    } else if (headers != null && headers.contains(HeaderName.GRPC_STATUS)) {
      status = headers.valueAsLong(headers.find(HeaderName.GRPC_STATUS));
    } else if (info.responseCode() != 0) {
      status = fromHttp(info.responseCode());
    }
    return status < 0 ? NOT_FOUND : number(status, out);
  }

  /** The gRPC status for an HTTP status without one; gRPC's http-grpc-status-mapping. */
  private static int fromHttp(int code) {
    return switch (code) {
      case 400 -> 13;
      case 401 -> 16;
      case 403 -> 7;
      case 404 -> 12;
      case 429, 502, 503, 504 -> 14;
      default -> 2;
    };
  }

  private static int number(long value, ByteSink out) {
    out.is(ByteSink.Kind.INTEGER);
    out.putLong(value);
    return OK;
  }

  private static int text(@Nullable String text, ByteSink out) {
    if (text == null) {
      return NOT_FOUND;
    }
    out.put(text);
    return OK;
  }

  private static int header(@Nullable HeaderMap headers, HeaderName name, ByteSink out) {
    int entry = headers == null ? -1 : headers.find(name);
    if (headers == null || entry < 0) {
      return NOT_FOUND;
    }
    out.put(headers.bytes(), headers.valueStart(entry), headers.valueLength(entry));
    return OK;
  }

  /** What lies before or behind the question mark, fragment excluded. */
  private static int pathPart(@Nullable HeaderMap headers, boolean query, ByteSink out) {
    int entry = headers == null ? -1 : headers.find(HeaderName.PATH);
    if (headers == null || entry < 0) {
      return NOT_FOUND;
    }
    byte[] bytes = headers.bytes();
    int start = headers.valueStart(entry);
    int end = start + headers.valueLength(entry);
    int mark = start;
    while (mark < end && bytes[mark] != '?' && bytes[mark] != '#') {
      mark++;
    }
    if (!query) {
      out.put(bytes, start, mark - start);
    } else if (mark < end && bytes[mark] == '?') {
      int stop = mark + 1;
      while (stop < end && bytes[stop] != '#') {
        stop++;
      }
      out.put(bytes, mark + 1, stop - mark - 1);
    }
    return OK;
  }

  /** The whole map, repeated values joined, or one header; a map that is not there is empty. */
  private static int headers(@Nullable HeaderMap map, PropertyPath path, ByteSink out) {
    if (map == null && path.size() > 2) {
      return NOT_FOUND;
    }
    HeaderMap headers = map == null ? new HeaderMap(0, 0) : map;
    if (path.size() > 2) {
      HeaderName name =
          path.part(0).equals("request")
              ? GuestFields.ofRequest(path.part(2))
              : HeaderName.of(path.part(2));
      return latin1(headers.getJoined(name), out);
    }
    var pairs = new ArrayList<Map.Entry<byte[], byte[]>>();
    var seen = new HashSet<String>();
    for (int e = headers.first(); e >= 0; e = headers.next(e)) {
      String name = headers.name(e);
      if (seen.add(name)) {
        String joined = headers.getJoined(HeaderName.of(name));
        pairs.add(Map.entry(bytes(name), bytes(joined == null ? "" : joined)));
      }
    }
    out.is(ByteSink.Kind.MAP);
    ValueEncoder.pairs(pairs, out);
    return OK;
  }

  private static byte[] bytes(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static int latin1(@Nullable String text, ByteSink out) {
    if (text == null) {
      return NOT_FOUND;
    }
    out.put(bytes(text));
    return OK;
  }
}
