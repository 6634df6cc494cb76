package io.weir.wasm.abi;

import static io.weir.wasm.abi.WasmResult.BAD_ARGUMENT;
import static io.weir.wasm.abi.WasmResult.INVALID_MEMORY;
import static io.weir.wasm.abi.WasmResult.NOT_FOUND;
import static io.weir.wasm.abi.WasmResult.OK;

import io.weir.filter.http.HeaderMap;
import io.weir.wasm.vm.HostFunction;
import org.jspecify.annotations.Nullable;

/** Calls to the proxy's clusters. They belong to the root context of the effective one. */
public final class CallFunctions {
  private final HostVm vm;
  private final GuestIo io;
  private final GuestFields fields = new GuestFields();

  public CallFunctions(HostVm vm) {
    this.vm = vm;
    this.io = new GuestIo(vm);
  }

  private @Nullable HostRoot root() {
    return vm.effective().root();
  }

  /** Stores a token, or passes a status on. */
  private int token(int result, int tokenOut) {
    if (result < 0) {
      return -result;
    }
    io.writeInt(tokenOut, result);
    return OK;
  }

  @HostFunction("proxy_http_call")
  public int httpCall(
      int cluster,
      int clusterLength,
      int headers,
      int headersLength,
      int body,
      int bodyLength,
      int trailers,
      int trailersLength,
      int timeoutMillis,
      int tokenOut) {
    if (!io.valid(cluster, clusterLength)
        || !io.valid(headers, headersLength)
        || !io.valid(body, bodyLength)
        || !io.valid(trailers, trailersLength)
        || !io.valid(tokenOut, 4)) {
      return INVALID_MEMORY;
    }
    io.writeInt(tokenOut, 0);
    HostRoot root = root();
    if (root == null || timeoutMillis < 0) {
      return BAD_ARGUMENT;
    }
    var request = new HeaderMap();
    fields.addAll(io.pairs(headers, headersLength), request, MapType.REQUEST_HEADERS);
    int result =
        root.httpCall(
            io.text(cluster, clusterLength),
            request,
            io.bytes(body, bodyLength),
            io.pairs(trailers, trailersLength),
            timeoutMillis);
    return token(result, tokenOut);
  }

  @HostFunction("proxy_grpc_call")
  public int grpcCall(
      int service,
      int serviceLength,
      int name,
      int nameLength,
      int method,
      int methodLength,
      int metadata,
      int metadataLength,
      int message,
      int messageLength,
      int timeoutMillis,
      int tokenOut) {
    if (!io.valid(service, serviceLength)
        || !io.valid(name, nameLength)
        || !io.valid(method, methodLength)
        || !io.valid(metadata, metadataLength)
        || !io.valid(message, messageLength)
        || !io.valid(tokenOut, 4)) {
      return INVALID_MEMORY;
    }
    HostRoot root = root();
    if (root == null) {
      return BAD_ARGUMENT;
    }
    HeaderMap initial = io.pairs(metadata, metadataLength);
    int result =
        root.grpcCall(
            io.bytes(service, serviceLength),
            io.text(name, nameLength),
            io.text(method, methodLength),
            initial,
            io.bytes(message, messageLength),
            timeoutMillis);
    return token(result, tokenOut);
  }

  /** The form without initial metadata that some AssemblyScript SDKs declare. */
  @HostFunction("proxy_grpc_call")
  public int grpcCall(
      int service,
      int serviceLength,
      int name,
      int nameLength,
      int method,
      int methodLength,
      int message,
      int messageLength,
      int timeoutMillis,
      int tokenOut) {
    return grpcCall(
        service,
        serviceLength,
        name,
        nameLength,
        method,
        methodLength,
        0,
        0,
        message,
        messageLength,
        timeoutMillis,
        tokenOut);
  }

  @HostFunction("proxy_grpc_stream")
  public int grpcStream(
      int service,
      int serviceLength,
      int name,
      int nameLength,
      int method,
      int methodLength,
      int metadata,
      int metadataLength,
      int tokenOut) {
    if (!io.valid(service, serviceLength)
        || !io.valid(name, nameLength)
        || !io.valid(method, methodLength)
        || !io.valid(metadata, metadataLength)
        || !io.valid(tokenOut, 4)) {
      return INVALID_MEMORY;
    }
    HostRoot root = root();
    if (root == null) {
      return BAD_ARGUMENT;
    }
    int result =
        root.grpcStream(
            io.bytes(service, serviceLength),
            io.text(name, nameLength),
            io.text(method, methodLength),
            io.pairs(metadata, metadataLength));
    return token(result, tokenOut);
  }

  /** The form without initial metadata that some AssemblyScript SDKs declare. */
  @HostFunction("proxy_grpc_stream")
  public int grpcStream(
      int service,
      int serviceLength,
      int name,
      int nameLength,
      int method,
      int methodLength,
      int tokenOut) {
    return grpcStream(
        service, serviceLength, name, nameLength, method, methodLength, 0, 0, tokenOut);
  }

  @HostFunction("proxy_grpc_send")
  public int grpcSend(int token, int message, int messageLength, int endStream) {
    if (!io.valid(message, messageLength)) {
      return INVALID_MEMORY;
    }
    HostRoot root = root();
    return root == null
        ? NOT_FOUND
        : root.grpcSend(token, io.bytes(message, messageLength), endStream != 0);
  }

  @HostFunction("proxy_grpc_cancel")
  public int grpcCancel(int token) {
    HostRoot root = root();
    return root == null ? NOT_FOUND : root.grpcCancel(token);
  }

  @HostFunction("proxy_grpc_close")
  public int grpcClose(int token) {
    HostRoot root = root();
    return root == null ? NOT_FOUND : root.grpcClose(token);
  }

  @HostFunction("proxy_get_status")
  public int status(int codeOut, int pointerOut, int sizeOut) {
    if (!io.valid(codeOut, 4)) {
      return INVALID_MEMORY;
    }
    HostRoot root = root();
    io.writeInt(codeOut, root == null ? 0 : root.status());
    byte[] message = root == null ? new byte[0] : root.statusMessage();
    return io.give(message, 0, message.length, pointerOut, sizeOut);
  }
}
