package io.weir.wasm.context;

import io.weir.filter.FilterState;
import io.weir.filter.Metadata;
import io.weir.filter.NodeInfo;
import io.weir.filter.StreamInfo;
import io.weir.filter.TrafficDirection;
import io.weir.filter.Value;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.RouteInfo;
import io.weir.wasm.abi.BufferType;
import io.weir.wasm.abi.ByteSink;
import io.weir.wasm.abi.Callback;
import io.weir.wasm.abi.HostContext;
import io.weir.wasm.abi.MapType;
import io.weir.wasm.abi.PropertyDeclaration;
import io.weir.wasm.abi.WasmResult;
import io.weir.wasm.property.Properties;
import io.weir.wasm.property.PropertySource;
import io.weir.wasm.property.StoredProperty;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What HTTP streams and connections have in common: the guest's context and its properties. */
abstract class StreamContext extends HostContext implements PropertySource {
  final WasmVm vm;
  final RootContext root;
  final PluginSpec plugin;
  private int id;
  private @Nullable Set<String> declared;
  private long spentNanos;
  private boolean overBudget;
  private boolean creating;

  StreamContext(RootContext root, PluginSpec plugin) {
    this.vm = root.vm();
    this.root = root;
    this.plugin = plugin;
  }

  /** Makes the guest's context, if it is not there. Returns false when the VM has failed. */
  final boolean create() {
    if (id == 0 && !vm.failed()) {
      id = vm.newContextId();
      vm.add(this);
      creating = true;
      vm.call(Callback.CONTEXT_CREATE, this, id, root.id(), 0);
      creating = false;
    }
    return !vm.failed();
  }

  /** A call for this stream took long. */
  final void spent(long nanos) {
    spentNanos += nanos;
    if (!overBudget && spentNanos > vm.spec().limits().streamMillis() * 1_000_000) {
      overBudget = true;
      vm.tripped("stream_cpu_exceeded", plugin.name());
    }
  }

  /** Whether the stream has used more CPU time than it may. */
  final boolean overBudget() {
    return overBudget;
  }

  /** The context for people. */
  Value describe() {
    return new Value.MapValue(Map.of("id", Value.of(id)));
  }

  /** Whether the guest is being told of the context; its message is not there for it yet. */
  final boolean creating() {
    return creating;
  }

  final boolean created() {
    return id != 0;
  }

  /** Forgets the guest's context. */
  final void forget() {
    if (id != 0) {
      vm.remove(this);
    }
  }

  final int call(Callback callback, int b, int c) {
    return vm.call(callback, this, id, b, c);
  }

  @Override
  public final int id() {
    return id;
  }

  @Override
  public final RootContext root() {
    return root;
  }

  @Override
  public @Nullable HeaderMap map(int type) {
    return type >= MapType.GRPC_INITIAL_METADATA ? root.map(type) : null;
  }

  @Override
  public long bufferLength(int type) {
    return switch (type) {
      case BufferType.CALL_BODY, BufferType.GRPC_MESSAGE -> root.bufferLength(type);
      default -> super.bufferLength(type);
    };
  }

  @Override
  public void copyBuffer(int type, long index, byte[] target, int offset, int length) {
    root.copyBuffer(type, index, target, offset, length);
  }

  /** Replaces a range as {@code proxy_set_buffer_bytes} means it. */
  static int splice(
      io.weir.filter.buffer.Buffer buffer,
      long start,
      long length,
      byte[] source,
      int offset,
      int count) {
    long size = buffer.length();
    long from = Math.min(start, size);
    buffer.replace(from, Math.min(length, size - from), source, offset, count);
    return WasmResult.OK;
  }

  // ---- properties

  @Override
  public abstract StreamInfo streamInfo();

  @Override
  public int property(byte[] path, int offset, int length, ByteSink out) {
    return vm.properties().resolve(this, path, offset, length, out);
  }

  @Override
  public int setProperty(byte[] path, byte[] value) {
    PropertyDeclaration declaration =
        root.declared(new String(path, java.nio.charset.StandardCharsets.UTF_8));
    return store(Properties.stateName(path), value, declaration);
  }

  @Override
  public int setFilterState(String name, String value, PropertyDeclaration.Span span) {
    return store(
        name,
        value.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        new PropertyDeclaration(name, false, PropertyDeclaration.Type.STRING, "", span));
  }

  @Override
  public int setDynamicMetadata(String namespace, String key, String text) {
    streamInfo().dynamicMetadata().set(namespace, key, Value.of(text));
    return WasmResult.OK;
  }

  @Override
  public boolean failsOpen() {
    return plugin.failOpen() || plugin.trapPasses();
  }

  private int store(String name, byte[] value, @Nullable PropertyDeclaration declaration) {
    FilterState state = streamInfo().filterState();
    boolean readOnly = declaration != null && declaration.readOnly();
    if (state.get(name) instanceof StoredProperty stored && !readOnly) {
      stored.replace(value);
      return WasmResult.OK;
    }
    FilterState.LifeSpan span =
        declaration == null
            ? FilterState.LifeSpan.FILTER_CHAIN
            : switch (declaration.span()) {
              case FILTER_CHAIN -> FilterState.LifeSpan.FILTER_CHAIN;
              case DOWNSTREAM_REQUEST -> FilterState.LifeSpan.REQUEST;
              case DOWNSTREAM_CONNECTION -> FilterState.LifeSpan.CONNECTION;
            };
    return state.set(name, new StoredProperty(value), readOnly, span, false)
        ? WasmResult.OK
        : WasmResult.BAD_ARGUMENT;
  }

  /** Declarations count for the plugin when its root makes them; here only once each. */
  @Override
  public int declareProperty(PropertyDeclaration declaration) {
    Set<String> names = declared == null ? new HashSet<>() : declared;
    declared = names;
    return names.add(declaration.name()) ? WasmResult.OK : WasmResult.BAD_ARGUMENT;
  }

  @Override
  public @Nullable String clusterName() {
    String name = streamInfo().upstreamCluster();
    RouteInfo route = route();
    return name != null || route == null ? name : route.clusterName();
  }

  @Override
  public Metadata clusterMetadata() {
    String name = clusterName();
    Worker worker = vm.worker();
    return name == null || worker == null || name.equals(streamInfo().upstreamCluster())
        ? streamInfo().upstreamClusterMetadata()
        : worker.clusters().metadata(name);
  }

  @Override
  public int endpoints() {
    String name = clusterName();
    Worker worker = vm.worker();
    return name == null || worker == null ? -1 : worker.clusters().endpoints(name);
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
