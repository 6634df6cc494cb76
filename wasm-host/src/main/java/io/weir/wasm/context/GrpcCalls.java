package io.weir.wasm.context;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.weir.filter.Worker;
import io.weir.filter.grpc.GrpcListener;
import io.weir.filter.grpc.GrpcStream;
import io.weir.filter.http.HeaderMap;
import io.weir.wasm.abi.Callback;
import io.weir.wasm.abi.MapType;
import io.weir.wasm.abi.WasmResult;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A root context's gRPC calls and streams, over the clusters' streams. */
final class GrpcCalls {
  private static final byte[] NOTHING = {};
  private static final int KIND_MASK = 3;
  private static final int CALL = 1;
  private static final int STREAM = 2;
  private static final int INTERNAL = 13;
  private static final int UNAVAILABLE = 14;
  private static final int MAX_OPEN = 4096;

  private final WasmVm vm;
  private final RootContext root;
  private final Map<Integer, GrpcStream> open = new HashMap<>();
  private @Nullable HeaderMap initialMetadata;
  private @Nullable HeaderMap trailingMetadata;
  private byte[] message = NOTHING;

  GrpcCalls(WasmVm vm, RootContext root) {
    this.vm = vm;
    this.root = root;
  }

  /** Where a call goes. */
  private record Target(
      String cluster,
      String authority,
      List<HeaderValue> metadata,
      GrpcService.@Nullable GoogleGrpc foreignClient) {}

  int call(
      byte[] service,
      String serviceName,
      String method,
      HeaderMap metadata,
      byte[] request,
      int timeoutMillis) {
    return start(CALL, service, serviceName, method, metadata, request, timeoutMillis);
  }

  int stream(byte[] service, String serviceName, String method, HeaderMap metadata) {
    return start(STREAM, service, serviceName, method, metadata, null, 0);
  }

  private int start(
      int kind,
      byte[] service,
      String serviceName,
      String method,
      HeaderMap metadata,
      byte @Nullable [] request,
      int timeoutMillis) {
    Worker worker = vm.worker();
    if (worker == null || open.size() >= MAX_OPEN) {
      return -WasmResult.INTERNAL_FAILURE;
    }
    Target target = target(service, worker);
    if (target == null) {
      return -WasmResult.PARSE_FAILURE;
    }
    int token = vm.newToken(kind);
    var call = new GrpcStream(worker, kind == CALL, new Events(token));
    if (target.foreignClient() != null) {
      // A client of its own outside the clusters, which this proxy does not have.
      open.put(token, call);
      call.refuse(target.foreignClient().getTargetUri().isEmpty() ? INTERNAL : UNAVAILABLE, "");
      return token;
    }
    if (!worker.clusters().hasCluster(target.cluster())) {
      call.refuse(UNAVAILABLE, "Cluster not available");
      return -WasmResult.INTERNAL_FAILURE;
    }
    var initial = new HeaderMap();
    for (HeaderValue value : target.metadata()) {
      initial.add(value.getKey(), value.getValue());
    }
    initial.addAll(metadata);
    open.put(token, call);
    if (!call.open(
        target.cluster(),
        GrpcStream.head(target.authority(), serviceName, method, initial, timeoutMillis),
        request,
        timeoutMillis)) {
      open.remove(token);
      return -WasmResult.INTERNAL_FAILURE;
    }
    return token;
  }

  private static @Nullable Target target(byte[] service, Worker worker) {
    if (service.length == 0) {
      return null;
    }
    try {
      GrpcService parsed = GrpcService.parseFrom(service);
      GrpcService.EnvoyGrpc envoy = parsed.getEnvoyGrpc();
      String authority =
          envoy.getAuthority().isEmpty() ? envoy.getClusterName() : envoy.getAuthority();
      return new Target(
          envoy.getClusterName(),
          authority,
          parsed.getInitialMetadataList(),
          parsed.hasGoogleGrpc() ? parsed.getGoogleGrpc() : null);
    } catch (InvalidProtocolBufferException _) {
      String name = new String(service, StandardCharsets.UTF_8);
      return worker.clusters().hasCluster(name) ? new Target(name, name, List.of(), null) : null;
    }
  }

  int send(int token, byte[] request, boolean endStream) {
    if ((token & KIND_MASK) != STREAM) {
      return WasmResult.BAD_ARGUMENT;
    }
    GrpcStream stream = open.get(token);
    if (stream == null) {
      return WasmResult.NOT_FOUND;
    }
    stream.send(request, endStream);
    return WasmResult.OK;
  }

  /** Ends a call or stream at once. */
  int cancel(int token) {
    int kind = token & KIND_MASK;
    if (kind != CALL && kind != STREAM) {
      return WasmResult.BAD_ARGUMENT;
    }
    GrpcStream stream = open.remove(token);
    if (stream == null) {
      return WasmResult.NOT_FOUND;
    }
    stream.reset();
    return WasmResult.OK;
  }

  /** Half-closes a stream; cancels a call. */
  int close(int token) {
    if ((token & KIND_MASK) != STREAM) {
      return cancel(token);
    }
    GrpcStream stream = open.get(token);
    if (stream == null) {
      return WasmResult.NOT_FOUND;
    }
    stream.finishSending();
    return WasmResult.OK;
  }

  void adopt(Worker worker) {
    // Calls made before there is a worker were refused.
  }

  /** Whether a call or stream is under way. */
  boolean pending() {
    return !open.isEmpty();
  }

  void cancelAll() {
    for (GrpcStream stream : List.copyOf(open.values())) {
      stream.reset();
    }
    open.clear();
  }

  // ---- events, from the streams

  private boolean dead() {
    return root.ended() || vm.failed();
  }

  private void received(int token, byte[] bytes) {
    if (!dead()) {
      message = bytes;
      vm.call(Callback.GRPC_RECEIVE, root, root.id(), token, bytes.length);
      message = NOTHING;
    }
  }

  /** What one call tells the guest. */
  private final class Events implements GrpcListener {
    private final int token;

    Events(int token) {
      this.token = token;
    }

    @Override
    public void onInitialMetadata(HeaderMap metadata) {
      if (!dead()) {
        initialMetadata = metadata;
        vm.call(Callback.GRPC_INITIAL_METADATA, root, root.id(), token, metadata.size());
        initialMetadata = null;
      }
    }

    @Override
    public void onMessage(byte[] bytes) {
      received(token, bytes);
    }

    @Override
    public void onTrailingMetadata(HeaderMap metadata) {
      if (!dead()) {
        trailingMetadata = metadata;
        vm.call(Callback.GRPC_TRAILING_METADATA, root, root.id(), token, metadata.size());
        trailingMetadata = null;
      }
    }

    @Override
    public void onSuccess(byte[] bytes) {
      open.remove(token);
      received(token, bytes);
    }

    @Override
    public void onClose(int status, String text) {
      open.remove(token);
      if (!dead()) {
        root.setStatus(status, text.getBytes(StandardCharsets.UTF_8));
        vm.call(Callback.GRPC_CLOSE, root, root.id(), token, status);
        root.setStatus(status, NOTHING);
      }
    }
  }

  @Nullable HeaderMap map(int type) {
    return switch (type) {
      case MapType.GRPC_INITIAL_METADATA -> initialMetadata;
      case MapType.GRPC_TRAILING_METADATA -> trailingMetadata;
      default -> null;
    };
  }

  /** The message of the present callback, empty outside one. */
  byte[] message() {
    return message;
  }
}
