package io.weir.wasm;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import io.envoyproxy.envoy.config.core.v3.AsyncDataSource;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.filters.http.wasm.v3.Wasm;
import io.envoyproxy.envoy.extensions.wasm.v3.PluginConfig;
import io.envoyproxy.envoy.extensions.wasm.v3.VmConfig;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.testkit.FakeContext;
import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import io.weir.wasm.context.WasmVm;
import io.weir.wasm.guest.GuestBuilder;
import io.weir.wasm.vm.ChicoryRuntime;
import io.weir.wasm.vm.Limits;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Loads a guest as an HTTP filter on one fake worker, and reads what its probes found. */
final class TestPlugin implements AutoCloseable {
  final FakeWorker worker;
  final FakeContext context;
  final WasmHost host;
  final HttpFilterConfig config;
  final WasmHttpWorker filter;
  private int nextResult = GuestBuilder.RESULTS;

  private TestPlugin(
      WasmHost host,
      FakeWorker worker,
      FakeContext context,
      HttpFilterConfig config,
      WasmHttpWorker filter) {
    this.host = host;
    this.worker = worker;
    this.context = context;
    this.config = config;
    this.filter = filter;
  }

  static PluginConfig.Builder settings(byte[] code) {
    return PluginConfig.newBuilder()
        .setName("test")
        .setRootId("root")
        .setVmConfig(
            VmConfig.newBuilder()
                .setVmId("vm")
                .setRuntime("envoy.wasm.runtime.v8")
                .setConfiguration(Any.pack(StringValue.of("vm text")))
                .setCode(
                    AsyncDataSource.newBuilder()
                        .setLocal(
                            DataSource.newBuilder().setInlineBytes(ByteString.copyFrom(code)))))
        .setConfiguration(Any.pack(StringValue.of("plugin text")));
  }

  static FakeContext context(FakeWorker... workers) {
    var context = new FakeContext(workers);
    context.reader = source -> ((DataSource) source).getInlineBytes().toByteArray();
    return context;
  }

  static WasmHost host(ChicoryRuntime.Mode mode) {
    return new WasmHost(mode, Limits.DEFAULT, null);
  }

  static TestPlugin of(GuestBuilder guest) {
    return of(ChicoryRuntime.Mode.LINKED, guest, _ -> {});
  }

  static TestPlugin of(
      ChicoryRuntime.Mode mode, GuestBuilder guest, Consumer<PluginConfig.Builder> edit) {
    return of(host(mode), new FakeWorker(), guest.build(), edit);
  }

  static TestPlugin of(
      WasmHost host, FakeWorker worker, byte[] code, Consumer<PluginConfig.Builder> edit) {
    FakeContext context = context(worker);
    PluginConfig.Builder settings = settings(code);
    edit.accept(settings);
    return load(host, worker, context, settings);
  }

  static TestPlugin load(
      WasmHost host, FakeWorker worker, FakeContext context, PluginConfig.Builder settings) {
    HttpFilterConfig config =
        new WasmHttpFilterFactory(host)
            .load(Any.pack(Wasm.newBuilder().setConfig(settings).build()), context);
    if (config == null) {
      throw new IllegalStateException(context.problems.toString());
    }
    CompletableFuture<Void> warm = config.warm().toCompletableFuture();
    worker.run();
    warm.join();
    return new TestPlugin(
        host, worker, context, config, (WasmHttpWorker) config.openWorker(worker));
  }

  /** A plugin with {@code allow_on_headers_stop_iteration}. */
  static TestPlugin allowingHeadersStop(GuestBuilder guest) {
    WasmHost host = host(ChicoryRuntime.Mode.LINKED);
    var worker = new FakeWorker();
    FakeContext context = context(worker);
    context.newerFields.put("allow_on_headers_stop_iteration", true);
    return load(host, worker, context, settings(guest.build()));
  }

  /** Pairs in their wire form. */
  static byte[] pairs(String... pairs) {
    io.weir.filter.http.HeaderMap map = FilterHarness.headers(pairs);
    byte[] bytes = new byte[io.weir.wasm.abi.Pairs.size(map)];
    io.weir.wasm.abi.Pairs.write(map, bytes, 0);
    return bytes;
  }

  FilterHarness stream() {
    return new FilterHarness(filter, worker);
  }

  WasmVm vm() {
    return filter.plugin().root().vm();
  }

  /** The next number that a probe kept. */
  int next() {
    nextResult += 4;
    return vm().memory().readInt(nextResult - 4);
  }

  /** Reads the probes from the first one again. */
  void again() {
    nextResult = GuestBuilder.RESULTS;
  }

  /** Reads on at a probe's number. */
  void again(int result) {
    nextResult = GuestBuilder.RESULTS + 4 * result;
  }

  /** The next bytes that {@code Code.keep} kept, as text. */
  String nextText() {
    return new String(nextBytes(), StandardCharsets.UTF_8);
  }

  String nextLatin1() {
    return new String(nextBytes(), StandardCharsets.ISO_8859_1);
  }

  private byte[] nextBytes() {
    int pointer = next();
    int length = next();
    return Arrays.copyOfRange(vm().memory().bytes(), pointer, pointer + length);
  }

  int counter(int index) {
    return vm().memory().readInt(GuestBuilder.COUNTERS + 4 * index);
  }

  @Override
  public void close() {
    filter.close();
    config.close();
    worker.run();
  }
}
