package io.weir.wasm.abi;

import static io.weir.wasm.abi.WasmResult.BAD_ARGUMENT;
import static io.weir.wasm.abi.WasmResult.INVALID_MEMORY;
import static io.weir.wasm.abi.WasmResult.OK;

import io.weir.filter.http.HeaderMap;
import io.weir.wasm.vm.HostFunction;

/** What a guest does with a stream, and its properties. */
public final class StreamFunctions {
  private static final int REQUEST = 0;
  private static final int RESPONSE = 1;
  private static final int LAST_STREAM_TYPE = 3;

  private final HostVm vm;
  private final GuestIo io;

  public StreamFunctions(HostVm vm) {
    this.vm = vm;
    this.io = new GuestIo(vm);
  }

  @HostFunction("proxy_continue_stream")
  public int continueStream(int type) {
    return type < 0 || type > LAST_STREAM_TYPE ? BAD_ARGUMENT : vm.effective().continueStream(type);
  }

  @HostFunction("proxy_close_stream")
  public int closeStream(int type) {
    return type < 0 || type > LAST_STREAM_TYPE ? BAD_ARGUMENT : vm.effective().closeStream(type);
  }

  /** 0.1.0. */
  @HostFunction("proxy_continue_request")
  public int continueRequest() {
    return vm.effective().continueStream(REQUEST);
  }

  /** 0.1.0. */
  @HostFunction("proxy_continue_response")
  public int continueResponse() {
    return vm.effective().continueStream(RESPONSE);
  }

  @HostFunction("proxy_clear_route_cache")
  public int clearRouteCache() {
    vm.effective().clearRouteCache();
    return OK;
  }

  @HostFunction("proxy_send_local_response")
  public int sendLocalResponse(
      int code,
      int details,
      int detailsLength,
      int body,
      int bodyLength,
      int headers,
      int headersLength,
      int grpcStatus) {
    if (!io.valid(details, detailsLength)
        || !io.valid(body, bodyLength)
        || !io.valid(headers, headersLength)) {
      return INVALID_MEMORY;
    }
    HeaderMap map = io.pairs(headers, headersLength);
    return vm.effective()
        .sendLocalResponse(
            code, io.bytes(body, bodyLength), map, grpcStatus, io.text(details, detailsLength));
  }

  @HostFunction("proxy_get_property")
  public int getProperty(int path, int pathLength, int pointerOut, int sizeOut) {
    if (!io.valid(path, pathLength)) {
      return INVALID_MEMORY;
    }
    ByteSink out = vm.scratch();
    out.clear();
    int status = vm.effective().property(io.memory(), path, pathLength, out);
    return status == OK ? io.give(out, pointerOut, sizeOut) : status;
  }

  @HostFunction("proxy_set_property")
  public int setProperty(int path, int pathLength, int value, int valueLength) {
    if (!io.valid(path, pathLength) || !io.valid(value, valueLength)) {
      return INVALID_MEMORY;
    }
    return vm.effective().setProperty(io.bytes(path, pathLength), io.bytes(value, valueLength));
  }
}
