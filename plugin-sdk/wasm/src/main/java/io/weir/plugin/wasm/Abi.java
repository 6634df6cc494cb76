package io.weir.plugin.wasm;

import org.teavm.interop.Address;
import org.teavm.interop.Import;

/**
 * The host functions of proxy-wasm 0.2.1 that the guest uses. A module imports only those that its
 * code reaches.
 */
final class Abi {
  static final int OK = 0;
  static final int NOT_FOUND = 1;

  static final int REQUEST_HEADERS = 0;
  static final int REQUEST_TRAILERS = 1;
  static final int RESPONSE_HEADERS = 2;
  static final int RESPONSE_TRAILERS = 3;

  static final int REQUEST_BODY = 0;
  static final int RESPONSE_BODY = 1;
  static final int DOWNSTREAM_DATA = 2;
  static final int UPSTREAM_DATA = 3;
  static final int CALL_RESPONSE_BODY = 4;
  static final int GRPC_MESSAGE = 5;
  static final int PLUGIN_CONFIGURATION = 7;

  static final int CALL_RESPONSE_HEADERS = 6;

  static final int REQUEST_STREAM = 0;
  static final int RESPONSE_STREAM = 1;
  static final int DOWNSTREAM = 2;

  private Abi() {}

  @Import(module = "env", name = "proxy_log")
  static native int log(int level, Address message, int length);

  @Import(module = "env", name = "proxy_get_header_map_value")
  static native int getHeader(
      int map, Address name, int nameLength, Address value, Address valueLength);

  @Import(module = "env", name = "proxy_replace_header_map_value")
  static native int replaceHeader(
      int map, Address name, int nameLength, Address value, int valueLength);

  @Import(module = "env", name = "proxy_add_header_map_value")
  static native int addHeader(
      int map, Address name, int nameLength, Address value, int valueLength);

  @Import(module = "env", name = "proxy_remove_header_map_value")
  static native int removeHeader(int map, Address name, int nameLength);

  @Import(module = "env", name = "proxy_get_header_map_pairs")
  static native int getHeaders(int map, Address pairs, Address length);

  @Import(module = "env", name = "proxy_get_buffer_bytes")
  static native int getBuffer(int buffer, int start, int maxLength, Address data, Address length);

  @Import(module = "env", name = "proxy_set_buffer_bytes")
  static native int setBuffer(int buffer, int start, int length, Address data, int dataLength);

  @Import(module = "env", name = "proxy_send_local_response")
  static native int sendLocalResponse(
      int status,
      Address details,
      int detailsLength,
      Address body,
      int bodyLength,
      Address headers,
      int headersLength,
      int grpcStatus);

  @Import(module = "env", name = "proxy_continue_stream")
  static native int continueStream(int stream);

  @Import(module = "env", name = "proxy_close_stream")
  static native int closeStream(int stream);

  @Import(module = "env", name = "proxy_get_property")
  static native int getProperty(Address path, int pathLength, Address value, Address length);

  @Import(module = "env", name = "proxy_set_property")
  static native int setProperty(Address path, int pathLength, Address value, int valueLength);

  @Import(module = "env", name = "proxy_call_foreign_function")
  static native int callForeign(
      Address name,
      int nameLength,
      Address argument,
      int argumentLength,
      Address result,
      Address length);

  @Import(module = "env", name = "proxy_define_metric")
  static native int defineMetric(int type, Address name, int nameLength, Address id);

  @Import(module = "env", name = "proxy_increment_metric")
  static native int incrementMetric(int id, long offset);

  @Import(module = "env", name = "proxy_record_metric")
  static native int recordMetric(int id, long value);

  @Import(module = "env", name = "proxy_get_shared_data")
  static native int getSharedData(
      Address key, int keyLength, Address value, Address length, Address cas);

  @Import(module = "env", name = "proxy_set_shared_data")
  static native int setSharedData(
      Address key, int keyLength, Address value, int valueLength, int cas);

  @Import(module = "env", name = "proxy_set_tick_period_milliseconds")
  static native int setTickPeriod(int millis);

  @Import(module = "env", name = "proxy_set_effective_context")
  static native int setEffectiveContext(int context);

  @Import(module = "env", name = "proxy_http_call")
  static native int httpCall(
      Address upstream,
      int upstreamLength,
      Address headers,
      int headersLength,
      Address body,
      int bodyLength,
      Address trailers,
      int trailersLength,
      int timeoutMillis,
      Address token);

  @Import(module = "env", name = "proxy_grpc_call")
  static native int grpcCall(
      Address upstream,
      int upstreamLength,
      Address service,
      int serviceLength,
      Address method,
      int methodLength,
      Address metadata,
      int metadataLength,
      Address message,
      int messageLength,
      int timeoutMillis,
      Address token);

  @Import(module = "env", name = "proxy_get_status")
  static native int getStatus(Address code, Address message, Address length);

  @Import(module = "env", name = "proxy_register_shared_queue")
  static native int registerQueue(Address name, int nameLength, Address id);

  @Import(module = "env", name = "proxy_enqueue_shared_queue")
  static native int enqueue(int queue, Address item, int length);

  @Import(module = "env", name = "proxy_dequeue_shared_queue")
  static native int dequeue(int queue, Address item, Address length);
}
