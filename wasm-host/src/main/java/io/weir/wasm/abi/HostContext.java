package io.weir.wasm.abi;

import io.weir.filter.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/**
 * One context of a guest as host functions see it. The defaults are what a context answers that has
 * no stream: a root context, or the VM's own while the module starts.
 */
public abstract class HostContext {

  /** The id under which the guest knows it. */
  public abstract int id();

  /** The plugin that it belongs to, or null for the VM's own context. */
  public abstract @Nullable HostRoot root();

  // ---- header maps

  /** A map to read, or null when there is none now. */
  public @Nullable HeaderMap map(int type) {
    return null;
  }

  /** A map to change, or null when there is none now or it has been sent on. */
  public @Nullable HeaderMap mutableMap(int type) {
    return null;
  }

  /** A map was changed. */
  public void mapChanged(int type) {}

  /** Whether the stream is over and only looked at for its log. */
  public boolean logging() {
    return false;
  }

  // ---- buffers

  /** A buffer's length, or −1 when a guest is to be told that it does not exist. */
  public long bufferLength(int type) {
    return switch (type) {
      case BufferType.CALL_BODY, BufferType.PLUGIN_CONFIGURATION -> -1;
      default -> 0;
    };
  }

  /** Copies a range that lies inside {@link #bufferLength}. */
  public void copyBuffer(int type, long index, byte[] target, int offset, int length) {}

  /**
   * Replaces a range.
   *
   * @param start first byte; at or behind the end appends
   * @param length bytes to replace; more than there are means to the end
   */
  public int setBuffer(int type, long start, long length, byte[] source, int offset, int count) {
    return bufferLength(type) < 0 ? WasmResult.NOT_FOUND : WasmResult.BAD_ARGUMENT;
  }

  // ---- the stream

  /**
   * @param type 0 request, 1 response, 2 downstream, 3 upstream
   */
  public int continueStream(int type) {
    return type == 3 ? WasmResult.UNIMPLEMENTED : WasmResult.OK;
  }

  public int closeStream(int type) {
    return WasmResult.OK;
  }

  /** Answers the request. Arguments are the context's to keep. */
  public int sendLocalResponse(
      int code, byte[] body, HeaderMap headers, int grpcStatus, String details) {
    return WasmResult.OK;
  }

  public void clearRouteCache() {}

  // ---- properties

  /**
   * Puts a property's value into {@code out}.
   *
   * @param path the raw path, parts separated by NUL
   */
  public abstract int property(byte[] path, int offset, int length, ByteSink out);

  /** Stores a property of the guest's own. */
  public int setProperty(byte[] path, byte[] value) {
    return WasmResult.NOT_FOUND;
  }

  /** Declares how properties of that name are stored. */
  public int declareProperty(PropertyDeclaration declaration) {
    return WasmResult.OK;
  }

  /** Writes text into the stream's dynamic metadata. */
  public int setDynamicMetadata(String namespace, String key, String text) {
    return WasmResult.NOT_FOUND;
  }

  /** Stores text under a filter state name of the guest's choice. */
  public int setFilterState(String name, String value, PropertyDeclaration.Span span) {
    return WasmResult.NOT_FOUND;
  }
}
