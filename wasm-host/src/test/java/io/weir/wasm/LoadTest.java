package io.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.AsyncDataSource;
import io.envoyproxy.envoy.config.core.v3.RemoteDataSource;
import io.envoyproxy.envoy.extensions.filters.http.wasm.v3.Wasm;
import io.envoyproxy.envoy.extensions.wasm.v3.EnvironmentVariables;
import io.envoyproxy.envoy.extensions.wasm.v3.FailurePolicy;
import io.envoyproxy.envoy.extensions.wasm.v3.PluginConfig;
import io.weir.filter.PluginStatus;
import io.weir.filter.RunningPlugin;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.filter.testkit.FakeContext;
import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import io.weir.wasm.guest.Code;
import io.weir.wasm.guest.GuestBuilder;
import io.weir.wasm.vm.ChicoryRuntime;
import io.weir.wasm.vm.Limits;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LoadTest {

  /** What {@code load} reports, or what {@code warm} fails with. */
  private static List<String> refusal(PluginConfig.Builder settings) {
    var worker = new FakeWorker();
    FakeContext context = TestPlugin.context(worker);
    var host = new WasmHost(ChicoryRuntime.Mode.LINKED, new Limits(64, 200, 200), null);
    HttpFilterConfig config =
        new WasmHttpFilterFactory(host)
            .load(Any.pack(Wasm.newBuilder().setConfig(settings).build()), context);
    if (config == null) {
      return context.problems;
    }
    CompletableFuture<Void> warm = config.warm().toCompletableFuture();
    worker.run();
    try {
      warm.join();
    } catch (CompletionException e) {
      return List.of(e.getCause().getMessage());
    }
    return List.of();
  }

  private static Arguments module(String name, byte[] code, String reason) {
    return Arguments.of(name, code, reason);
  }

  static Stream<Arguments> badModules() {
    byte[] good = new GuestBuilder().build();
    return Stream.of(
        module("empty", new byte[0], "not a WebAssembly module"),
        module("text", "(module)".getBytes(), "not a WebAssembly module"),
        module("component", new byte[] {0, 'a', 's', 'm', 13, 0, 1, 0}, "not a core module"),
        module("cut", Arrays.copyOf(good, good.length / 2), "truncated or damaged"),
        module("cut late", Arrays.copyOf(good, good.length - 1), "truncated or damaged"),
        module("no marker", new GuestBuilder().marker("").build(), "no proxy-wasm ABI version"),
        module(
            "other marker",
            new GuestBuilder().marker("proxy_abi_version_0_3_0").build(),
            "no proxy-wasm ABI version"),
        module(
            "no allocator",
            new GuestBuilder().allocator("").build(),
            "neither proxy_on_memory_allocate nor malloc"),
        module(
            "missing imports",
            new GuestBuilder()
                .declareImport("env proxy_no_such i>i")
                .declareImport("other thing >")
                .build(),
            "no proxy-wasm host offers: env.proxy_no_such, other.thing"),
        module(
            "wrong import type",
            new GuestBuilder().declareImport("env proxy_log i>i").build(),
            "imports env.proxy_log with the type"),
        module(
            "wrong callback type",
            new GuestBuilder().function("proxy_on_tick", "ii>", true, _ -> {}).build(),
            "bad function signature for export proxy_on_tick"),
        module(
            "simd",
            new GuestBuilder()
                .function("vector", ">", true, code -> code.i32(0).op(0xfd, 15, 0x1a))
                .build(),
            "uses SIMD instructions (function"),
        module(
            "legacy exceptions",
            new GuestBuilder()
                .function("catching", ">", true, code -> code.op(0x06, 0x40, 0x19, 0x0b))
                .build(),
            "uses legacy exception handling"),
        module(
            "invalid code",
            new GuestBuilder().function("bad", ">i", true, _ -> {}).build(),
            "the module is not valid"),
        module(
            "memory over the limit",
            new GuestBuilder().memory(65, -1).build(),
            "it wants 65 pages of memory, the limit is 64"),
        module(
            "trap in start",
            new GuestBuilder().on("_start", Code::unreachable).build(),
            "the module failed while starting: "),
        module(
            "loop in start",
            new GuestBuilder().on("_initialize", code -> code.loopForever(_ -> {})).build(),
            "CPU budget of 200 ms"),
        module(
            "vm start refuses",
            new GuestBuilder().on("proxy_on_vm_start", _ -> {}, 0).build(),
            "proxy_on_vm_start returned false"),
        module(
            "configure refuses",
            new GuestBuilder().on("proxy_on_configure", _ -> {}, 0).build(),
            "plugin \"test\": proxy_on_configure returned false"),
        module(
            "trap in configure",
            new GuestBuilder().on("proxy_on_configure", Code::unreachable).build(),
            "plugin \"test\": proxy_on_configure failed: "));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badModules")
  void refusesBadModulesWithTheReason(String name, byte[] code, String reason) {
    assertThat(refusal(TestPlugin.settings(code)))
        .singleElement()
        .satisfies(text -> assertThat(text).contains(reason).contains("plugin \"test\""));
  }

  @Test
  void takesGoodModules() {
    assertThat(refusal(TestPlugin.settings(new GuestBuilder().build()))).isEmpty();
    assertThat(refusal(TestPlugin.settings(new GuestBuilder().allocator("malloc").build())))
        .isEmpty();
  }

  @Test
  void reportsEveryProblemOfTheConfiguration() {
    PluginConfig.Builder settings = TestPlugin.settings(new GuestBuilder().build());
    settings.setFailOpen(true).setFailurePolicy(FailurePolicy.FAIL_CLOSED);
    settings
        .getVmConfigBuilder()
        .setRuntime("envoy.wasm.runtime.null")
        .setEnvironmentVariables(
            EnvironmentVariables.newBuilder().addHostEnvKeys("PATH").putKeyValues("PATH", "x"));
    assertThat(refusal(settings))
        .satisfiesExactlyInAnyOrder(
            text -> assertThat(text).startsWith("config.vm_config.runtime: "),
            text -> assertThat(text).startsWith("config.fail_open: "),
            text ->
                assertThat(text)
                    .startsWith("config.vm_config.environment_variables.host_env_keys[0]: "));
    assertThat(refusal(PluginConfig.newBuilder().setName("test")))
        .singleElement()
        .satisfies(text -> assertThat(text).startsWith("config.vm_config: is missing"));
  }

  @Test
  void fetchesRemoteCodeWhileWarming() {
    byte[] code = new GuestBuilder().build();
    PluginConfig.Builder settings = TestPlugin.settings(code);
    settings
        .getVmConfigBuilder()
        .setCode(
            AsyncDataSource.newBuilder().setRemote(RemoteDataSource.newBuilder().setSha256("abc")));
    var worker = new FakeWorker();
    FakeContext context = TestPlugin.context(worker);
    var fetched = new CompletableFuture<byte[]>();
    context.fetcher =
        source -> ((RemoteDataSource) source).getSha256().equals("abc") ? fetched : null;
    HttpFilterConfig config =
        new WasmHttpFilterFactory(TestPlugin.host(ChicoryRuntime.Mode.LINKED))
            .load(Any.pack(Wasm.newBuilder().setConfig(settings).build()), context);
    CompletableFuture<Void> warm = config.warm().toCompletableFuture();
    worker.run();
    assertThat(warm).isNotDone();
    fetched.complete(code);
    worker.run();
    assertThat(warm).isCompleted();
    config.openWorker(worker).close();
  }

  @ParameterizedTest
  @EnumSource(
      value = FailurePolicy.class,
      names = {"FAIL_CLOSED", "FAIL_OPEN"})
  void remoteCodeThatIsNotThereFailsByThePolicy(FailurePolicy policy) {
    PluginConfig.Builder settings = TestPlugin.settings(new byte[0]).setFailurePolicy(policy);
    settings
        .getVmConfigBuilder()
        .setCode(
            AsyncDataSource.newBuilder().setRemote(RemoteDataSource.newBuilder().setSha256("abc")));
    var worker = new FakeWorker();
    FakeContext context = TestPlugin.context(worker);
    context.fetcher = _ -> CompletableFuture.failedFuture(new IOException("status 404"));
    HttpFilterConfig config =
        new WasmHttpFilterFactory(TestPlugin.host(ChicoryRuntime.Mode.LINKED))
            .load(Any.pack(Wasm.newBuilder().setConfig(settings).build()), context);
    CompletableFuture<Void> warm = config.warm().toCompletableFuture();
    worker.run();
    assertThat(warm).isCompleted();
    try (HttpFilterWorker filter = config.openWorker(worker)) {
      FilterHarness stream = new FilterHarness(filter, worker).get("/");
      if (policy == FailurePolicy.FAIL_OPEN) {
        assertThat(stream.request.headersOut).isTrue();
      } else {
        assertThat(stream.localReply.code()).isEqualTo(503);
        assertThat(stream.localReply.details()).isEqualTo("wasm_fail_stream");
      }
    }
    RunningPlugin shown = context.shown.getFirst();
    PluginStatus status = shown.status().toCompletableFuture().join();
    assertThat(status.state()).isEqualTo(PluginStatus.State.FAILED);
    assertThat(status.reason()).contains("status 404");
    config.close();
  }

  @Test
  void triesAPluginOutWhereThereAreNoWorkers() {
    FakeContext context = TestPlugin.context();
    HttpFilterConfig config =
        new WasmHttpFilterFactory(TestPlugin.host(ChicoryRuntime.Mode.LINKED))
            .load(
                Any.pack(
                    Wasm.newBuilder()
                        .setConfig(
                            TestPlugin.settings(
                                new GuestBuilder().on("proxy_on_configure", _ -> {}, 0).build()))
                        .build()),
                context);
    assertThat(config.warm().toCompletableFuture())
        .failsWithin(java.time.Duration.ofSeconds(10))
        .withThrowableThat()
        .withMessageContaining("proxy_on_configure returned false");
  }
}
