package io.weir.wasm.context;

import io.weir.filter.Metadata;
import io.weir.filter.NodeInfo;
import io.weir.filter.StreamInfo;
import io.weir.filter.Timer;
import io.weir.filter.TrafficDirection;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.wasm.abi.BufferType;
import io.weir.wasm.abi.ByteSink;
import io.weir.wasm.abi.Callback;
import io.weir.wasm.abi.HostContext;
import io.weir.wasm.abi.HostRoot;
import io.weir.wasm.abi.MapType;
import io.weir.wasm.abi.PropertyDeclaration;
import io.weir.wasm.abi.WasmResult;
import io.weir.wasm.property.PropertySource;
import io.weir.wasm.vm.UnsupportedModuleException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin's root context in one VM: its configuration, timer, calls and queues. Ends when its last
 * user has gone and, if the guest asks for it, after {@code proxy_done}.
 */
public final class RootContext extends HostContext implements HostRoot, PropertySource {
  private static final Logger LOG = LoggerFactory.getLogger("wasm");

  private final WasmVm vm;
  private final PluginSpec plugin;
  private final int id;
  private final String logPrefix;
  private final PluginMeter meter = new PluginMeter();
  private final HttpCalls httpCalls;
  private final GrpcCalls grpcCalls;

  /** Configurations that hold it. */
  int users;

  private boolean created;
  private boolean configuring;
  private boolean donePending;
  private boolean ended;
  private long tickMillis;
  private @Nullable Timer timer;
  private @Nullable Timer pauseTimer;
  private boolean watching;
  private boolean queues;

  RootContext(WasmVm vm, PluginSpec plugin) {
    this.vm = vm;
    this.plugin = plugin;
    this.id = vm.newContextId();
    this.logPrefix = prefix(plugin.name()) + prefix(plugin.rootId()) + prefix(vm.vmId());
    this.httpCalls = new HttpCalls(vm, this);
    this.grpcCalls = new GrpcCalls(vm, this);
  }

  private static String prefix(String word) {
    return word.isEmpty() ? "" : " " + word;
  }

  // ---- life

  void start() throws UnsupportedModuleException {
    vm.add(this);
    vm.listen();
    vm.call(Callback.CONTEXT_CREATE, this, id, 0, 0);
    check("proxy_on_context_create", 1);
    created = true;
    int size = vm.vmConfiguration().length;
    check("proxy_on_vm_start", vm.call(Callback.VM_START, this, id, size, 0));
    configuring = true;
    int configured;
    try {
      configured = vm.call(Callback.CONFIGURE, this, id, plugin.configuration().length, 0);
    } finally {
      configuring = false;
    }
    check("proxy_on_configure", configured);
    vm.complaint();
  }

  private void check(String phase, int result) throws UnsupportedModuleException {
    if (vm.failed()) {
      throw new UnsupportedModuleException(phase + " failed: " + vm.failure());
    }
    if (result == 0) {
      String complaint = vm.complaint();
      throw new UnsupportedModuleException(
          phase
              + " returned false: the plugin refuses its configuration"
              + (complaint.isEmpty() ? "" : "; it says: " + complaint));
    }
  }

  void adopt(Worker worker) {
    timer = worker.newTimer(this::tick);
    armTimer();
    httpCalls.adopt(worker);
    grpcCalls.adopt(worker);
  }

  /** The last user has gone. */
  void shutdown() {
    tickMillis = 0;
    armTimer();
    if (vm.failed() || !created) {
      end();
      return;
    }
    donePending = vm.call(Callback.DONE, this, id, 0, 0) == 0;
    if (!donePending || vm.failed()) {
      end();
    }
  }

  private void end() {
    if (ended) {
      return;
    }
    if (!vm.failed() && created) {
      vm.call(Callback.DELETE, this, id, 0, 0);
    }
    abandon();
    if (vm.unused()) {
      vm.close();
    }
  }

  /** Stops everything without a word to the guest. */
  void abandon() {
    ended = true;
    if (timer != null) {
      timer.cancel();
    }
    if (pauseTimer != null) {
      pauseTimer.cancel();
    }
    httpCalls.cancelAll();
    grpcCalls.cancelAll();
    vm.remove(this);
  }

  private void tick() {
    if (!ended && !vm.failed()) {
      vm.call(Callback.TICK, this, id, 0, 0);
      armTimer();
    }
  }

  // ---- forgotten pauses

  /** A stream was paused: if nothing ends that, it is ended when its time is over. */
  void watchPauses() {
    Worker worker = vm.worker();
    if (worker != null && !watching) {
      watching = true;
      if (pauseTimer == null) {
        pauseTimer = worker.newTimer(this::lookAtPauses);
      }
      pauseTimer.arm(vm.spec().limits().pausedMillis());
    }
  }

  private void lookAtPauses() {
    watching = false;
    if (ended || vm.failed()) {
      return;
    }
    long limit = vm.spec().limits().pausedMillis();
    boolean pending = tickMillis > 0 || queues || httpCalls.pending() || grpcCalls.pending();
    boolean more = false;
    for (HttpContext stream : vm.streams(this)) {
      if (!pending && stream.endPause(limit * 1_000_000)) {
        LOG.warn(
            "wasm: plugin{}: stream {} was paused for {} ms with nothing under way, ended",
            logPrefix,
            stream.id(),
            limit);
        vm.tripped("paused_streams_ended", plugin.name());
      } else {
        more |= stream.paused();
      }
    }
    if (more) {
      watchPauses();
    }
  }

  private void armTimer() {
    if (timer != null) {
      if (tickMillis > 0 && !ended) {
        timer.arm(tickMillis);
      } else {
        timer.cancel();
      }
    }
  }

  // ---- accessors

  public WasmVm vm() {
    return vm;
  }

  public PluginSpec plugin() {
    return plugin;
  }

  public PluginMeter meter() {
    return meter;
  }

  /** The listener is called once, when the VM fails, on its worker. */
  public void onVmFailure(Runnable listener) {
    vm.onFailure(listener);
  }

  public void removeVmFailure(Runnable listener) {
    vm.removeFailureListener(listener);
  }

  String logPrefix() {
    return logPrefix;
  }

  boolean configuring() {
    return configuring;
  }

  @Override
  public int id() {
    return id;
  }

  @Override
  public HostRoot root() {
    return this;
  }

  // ---- access log

  private @Nullable StreamInfo loggedInfo;
  private @Nullable HeaderMap loggedRequest;
  private @Nullable HeaderMap loggedResponse;
  private @Nullable HeaderMap loggedTrailers;

  /** Shows a finished stream to {@code proxy_on_log}. */
  public void log(HeaderMap request, HeaderMap response, HeaderMap trailers, StreamInfo info) {
    loggedInfo = info;
    loggedRequest = request;
    loggedResponse = response;
    loggedTrailers = trailers;
    vm.call(Callback.LOG, this, id, 0, 0);
    loggedInfo = null;
    loggedRequest = null;
    loggedResponse = null;
    loggedTrailers = null;
  }

  @Override
  public boolean logging() {
    return loggedInfo != null;
  }

  @Override
  public @Nullable StreamInfo streamInfo() {
    return loggedInfo;
  }

  @Override
  public @Nullable HeaderMap requestHeaders() {
    return loggedRequest;
  }

  @Override
  public @Nullable HeaderMap responseHeaders() {
    return loggedResponse;
  }

  @Override
  public @Nullable HeaderMap responseTrailers() {
    return loggedTrailers;
  }

  private final Map<String, PropertyDeclaration> declarations = new HashMap<>();

  @Override
  public int declareProperty(PropertyDeclaration declaration) {
    return declarations.putIfAbsent(declaration.name(), declaration) == null
        ? WasmResult.OK
        : WasmResult.BAD_ARGUMENT;
  }

  @Nullable PropertyDeclaration declared(String name) {
    return declarations.get(name);
  }

  // ---- what only lives during a call's callback

  @Override
  public @Nullable HeaderMap map(int type) {
    return switch (type) {
      case MapType.REQUEST_HEADERS -> loggedRequest;
      case MapType.RESPONSE_HEADERS -> loggedResponse;
      case MapType.RESPONSE_TRAILERS -> loggedTrailers;
      case MapType.CALL_HEADERS, MapType.CALL_TRAILERS -> httpCalls.map(type);
      default -> grpcCalls.map(type);
    };
  }

  @Override
  public @Nullable HeaderMap mutableMap(int type) {
    return null;
  }

  @Override
  public long bufferLength(int type) {
    return switch (type) {
      case BufferType.CALL_BODY -> httpCalls.bodyLength();
      case BufferType.GRPC_MESSAGE -> grpcCalls.message().length;
      default -> super.bufferLength(type);
    };
  }

  @Override
  public void copyBuffer(int type, long index, byte[] target, int offset, int length) {
    switch (type) {
      case BufferType.CALL_BODY -> httpCalls.copyBody(index, target, offset, length);
      case BufferType.GRPC_MESSAGE ->
          System.arraycopy(grpcCalls.message(), (int) index, target, offset, length);
      default -> super.copyBuffer(type, index, target, offset, length);
    }
  }

  // ---- HostRoot

  @Override
  public int setTickPeriod(int millis) {
    tickMillis = millis & 0xffff_ffffL;
    armTimer();
    return WasmResult.OK;
  }

  @Override
  public int httpCall(
      String cluster, HeaderMap headers, byte[] body, HeaderMap trailers, int timeoutMillis) {
    return httpCalls.start(cluster, headers, body, trailers, timeoutMillis);
  }

  @Override
  public int grpcCall(
      byte[] service,
      String serviceName,
      String method,
      HeaderMap metadata,
      byte[] message,
      int timeoutMillis) {
    return grpcCalls.call(service, serviceName, method, metadata, message, timeoutMillis);
  }

  @Override
  public int grpcStream(byte[] service, String serviceName, String method, HeaderMap metadata) {
    return grpcCalls.stream(service, serviceName, method, metadata);
  }

  @Override
  public int grpcSend(int token, byte[] message, boolean endStream) {
    return grpcCalls.send(token, message, endStream);
  }

  @Override
  public int grpcCancel(int token) {
    return grpcCalls.cancel(token);
  }

  @Override
  public int grpcClose(int token) {
    return grpcCalls.close(token);
  }

  private int status;
  private byte[] statusMessage = {};

  void setStatus(int code, byte[] message) {
    status = code;
    statusMessage = message;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public byte[] statusMessage() {
    return statusMessage;
  }

  @Override
  public int done() {
    if (!donePending) {
      return WasmResult.NOT_FOUND;
    }
    donePending = false;
    Worker worker = vm.worker();
    if (worker != null) {
      worker.execute(this::end);
    }
    return WasmResult.OK;
  }

  @Override
  public int registerQueue(String name) {
    queues = true;
    return vm.shared().queues().register(vm.vmId(), name, this::queueReady);
  }

  /** Any thread. */
  private void queueReady(int queue) {
    Worker worker = vm.worker();
    if (worker != null) {
      worker.execute(
          () -> {
            if (!ended && !vm.failed()) {
              vm.call(Callback.QUEUE_READY, this, id, queue, 0);
            }
          });
    }
  }

  boolean ended() {
    return ended;
  }

  // ---- properties

  @Override
  public int property(byte[] path, int offset, int length, ByteSink out) {
    return vm.properties().resolve(this, path, offset, length, out);
  }

  @Override
  public NodeInfo node() {
    return plugin.node();
  }

  @Override
  public TrafficDirection direction() {
    return plugin.direction();
  }

  @Override
  public Metadata listenerMetadata() {
    return plugin.listenerMetadata();
  }

  @Override
  public String pluginName() {
    return plugin.name();
  }

  @Override
  public String rootId() {
    return plugin.rootId();
  }

  @Override
  public String vmId() {
    return vm.vmId();
  }
}
