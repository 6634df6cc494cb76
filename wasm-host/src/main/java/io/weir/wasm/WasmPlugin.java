package io.weir.wasm;

import com.google.protobuf.Message;
import io.weir.filter.FactoryContext;
import io.weir.filter.PluginRegistry;
import io.weir.filter.Value;
import io.weir.filter.Worker;
import io.weir.wasm.abi.AbiVersion;
import io.weir.wasm.abi.Callback;
import io.weir.wasm.context.PluginSpec;
import io.weir.wasm.context.RootContext;
import io.weir.wasm.context.VmSpec;
import io.weir.wasm.context.WasmVm;
import io.weir.wasm.vm.Limits;
import io.weir.wasm.vm.ModuleInfo;
import io.weir.wasm.vm.ModuleScanner;
import io.weir.wasm.vm.UnsupportedModuleException;
import io.weir.wasm.vm.WasmModule;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One configured plugin, for any extension point. {@link #warm} compiles the module and starts and
 * configures a VM for every worker; {@link #open} then takes the worker's root context.
 */
final class WasmPlugin implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("wasm");

  private final WasmHost host;
  private final PluginSettings settings;
  private final PluginSpec plugin;
  private final Limits limits;
  private final boolean olderRoots;
  private final Executor cpuPool;
  private final List<Worker> workers;
  private final Function<Message, CompletionStage<byte[]>> fetch;
  private final Map<Worker, RootContext> prepared = new ConcurrentHashMap<>();
  private volatile @Nullable VmSpec vmSpec;
  private final List<PluginOnWorker> parts = new CopyOnWriteArrayList<>();
  private final PluginRegistry.Registration shown;
  private volatile String failure = "";
  private volatile @Nullable MissingPlugin missing;
  private volatile boolean closed;
  private @Nullable CompletionStage<Void> warming;

  WasmPlugin(
      WasmHost host,
      PluginSettings settings,
      FactoryContext context,
      Place place,
      boolean singleton) {
    this.host = host;
    this.settings = settings;
    this.olderRoots = HostOptions.olderRoots(context, settings.name());
    this.limits = HostOptions.limits(host.limits(), context, settings.name());
    this.cpuPool = context.cpuPool();
    List<Worker> all = List.copyOf(context.workers().all());
    this.workers = singleton && all.size() > 1 ? all.subList(0, 1) : all;
    this.fetch = context::fetch;
    this.plugin =
        new PluginSpec(
            settings.name(),
            settings.rootId(),
            settings.configuration(),
            settings.allowHeadersStop(),
            settings.failurePolicy().kind() == FailurePolicy.Kind.OPEN,
            settings.failurePolicy().trapPasses(),
            context.node(),
            context.direction(),
            context.listenerMetadata());
    this.shown = context.plugins().register(new ShownPlugin(this, place));
  }

  PluginSettings settings() {
    return settings;
  }

  /** What is open on workers now. Any thread. */
  List<PluginOnWorker> parts() {
    return parts;
  }

  void closed(PluginOnWorker part) {
    parts.remove(part);
  }

  /** Why it could not be warmed, or empty. */
  String failure() {
    return failure;
  }

  void describe(Map<String, Value> out) {
    out.put("root_id", Value.of(settings.rootId()));
    out.put("vm_id", Value.of(settings.vmId()));
    VmSpec spec = vmSpec;
    if (spec != null) {
      out.put("abi", Value.of(spec.abi().toString()));
      out.put("linked", Value.of(spec.module().best().linked()));
    }
    out.put(
        "failure_policy",
        Value.of(settings.failurePolicy().kind().name().toLowerCase(Locale.ROOT)));
  }

  PluginSpec plugin() {
    return plugin;
  }

  Executor cpuPool() {
    return cpuPool;
  }

  WasmHost host() {
    return host;
  }

  /** What a module must have, as far as its bytes tell without compiling. */
  static ModuleInfo check(byte[] code) throws UnsupportedModuleException {
    ModuleInfo info = ModuleScanner.scan(code);
    if (AbiVersion.of(info.exports()) == null) {
      throw new UnsupportedModuleException(
          "the module declares no proxy-wasm ABI version (an export proxy_abi_version_0_1_0,"
              + " proxy_abi_version_0_2_0 or proxy_abi_version_0_2_1)");
    }
    var missing = new ArrayList<String>();
    for (ModuleInfo.ImportName name : info.imports()) {
      if (!WasmVm.HOST.offers(name.module(), name.name())) {
        missing.add(name.toString());
      }
    }
    if (!missing.isEmpty()) {
      throw new UnsupportedModuleException(
          "the module imports what no proxy-wasm host offers: " + String.join(", ", missing));
    }
    if (!info.exports().containsKey(Callback.MALLOC.export())
        && !info.exports().containsKey(Callback.MEMORY_ALLOCATE.export())) {
      throw new UnsupportedModuleException(
          "the module exports neither proxy_on_memory_allocate nor malloc");
    }
    return info;
  }

  /** Fetches and compiles the module; starts and configures it for every worker. */
  CompletionStage<Void> warm() {
    return code()
        .thenCompose(this::compile)
        .thenCompose(this::prepare)
        .exceptionallyCompose(failure -> CompletableFuture.failedStage(named(failure)));
  }

  /**
   * As {@link #warm}; but remote code that cannot be had or does not run is no failure, because the
   * configuration was taken before anybody knew it. See {@link #missing}.
   */
  CompletionStage<Void> warmOrMiss() {
    CompletionStage<Void> warmed = warm();
    return settings.remote() == null || workers.isEmpty()
        ? warmed
        : warmed.exceptionally(this::doWithout);
  }

  private @Nullable Void doWithout(Throwable cause) {
    LOG.error(
        "wasm: {}; its streams {}",
        reason(cause),
        plugin.failOpen() ? "pass without it" : "are refused");
    missing = new MissingPlugin(plugin.failOpen());
    return null;
  }

  /** What stands for it when {@link #warmOrMiss} found that it cannot run, else null. */
  @Nullable MissingPlugin missing() {
    return missing;
  }

  /** As {@link #warm}, the same stage whoever asks. */
  synchronized CompletionStage<Void> warmOnce() {
    CompletionStage<Void> stage = warming;
    if (stage == null) {
      stage = warm();
      warming = stage;
    }
    return stage;
  }

  /** As {@link #warmOnce}, but remote code that is not there is no failure. */
  CompletionStage<Void> warmOnceOrMiss() {
    CompletionStage<Void> warmed = warmOnce();
    return settings.remote() == null ? warmed : warmed.exceptionally(_ -> null);
  }

  /** What a stage of {@link #warm} failed with, for people. */
  static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  private CompletionStage<byte[]> code() {
    byte[] local = settings.code();
    Message remote = settings.remote();
    if (local != null || remote == null) {
      return CompletableFuture.completedFuture(local == null ? new byte[0] : local);
    }
    return fetch.apply(remote);
  }

  private CompletionStage<VmSpec> compile(byte[] code) {
    try {
      ModuleInfo info = check(code);
      String digest = sha256(code);
      return host.modules()
          .get(
              digest,
              code,
              info,
              settings.capabilities(),
              host.runtime(settings.interpreted()),
              cpuPool)
          .thenApply(module -> spec(module, info, digest));
    } catch (UnsupportedModuleException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private UnsupportedModuleException named(Throwable failure) {
    this.failure = reason(failure);
    return new UnsupportedModuleException(
        "plugin \"" + settings.name() + "\": " + reason(failure), failure);
  }

  private VmSpec spec(WasmModule module, ModuleInfo info, String digest) {
    AbiVersion abi = AbiVersion.of(info.exports());
    return new VmSpec(
        vmKey(digest),
        settings.vmId(),
        module,
        abi == null ? AbiVersion.V0_2_1 : abi,
        settings.vmConfiguration(),
        settings.environment(),
        olderRoots,
        limits,
        host.quota(),
        host.shared());
  }

  /** Equal for plugins that share a VM: vm id, configuration, code, and how it is run. */
  private String vmKey(String digest) {
    String text =
        String.join(
            "\0",
            settings.vmId(),
            HexFormat.of().formatHex(settings.vmConfiguration()),
            digest,
            settings.environment().toString(),
            limits.toString(),
            String.valueOf(olderRoots),
            settings.capabilities().allowed().stream().sorted().toList().toString(),
            String.valueOf(settings.interpreted()));
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private CompletionStage<Void> prepare(VmSpec spec) {
    vmSpec = spec;
    if (workers.isEmpty()) {
      return CompletableFuture.runAsync(() -> tryOut(spec), cpuPool);
    }
    var ready = new ArrayList<CompletableFuture<Void>>();
    for (Worker worker : workers) {
      ready.add(
          host.vms().acquire(spec, plugin, worker, cpuPool).thenAccept(root -> keep(worker, root)));
    }
    return CompletableFuture.allOf(ready.toArray(CompletableFuture[]::new));
  }

  private void keep(Worker worker, RootContext root) {
    prepared.put(worker, root);
    if (closed) {
      releasePrepared();
    }
  }

  /** Without workers: starts and configures an instance, and drops it. */
  private void tryOut(VmSpec spec) {
    try {
      var vm = new WasmVm(spec);
      try {
        vm.acquire(plugin);
      } finally {
        vm.close();
      }
    } catch (UnsupportedModuleException e) {
      throw new CompletionException(e);
    }
  }

  /** The plugin on a worker, on that worker. */
  PluginOnWorker open(Worker worker) {
    RootContext root = prepared.remove(worker);
    VmSpec spec = vmSpec;
    if (root == null || spec == null) {
      throw new IllegalStateException(
          "plugin \"" + settings.name() + "\" was not warmed for worker " + worker.index());
    }
    var part = new PluginOnWorker(this, spec, root, worker);
    parts.add(part);
    return part;
  }

  /** The plugin on a worker as soon as it is warm, on that worker. */
  LatePlugin openWhenReady(Worker worker) {
    return new LatePlugin(this, worker);
  }

  /** Lets go of what no worker took. */
  @Override
  public void close() {
    closed = true;
    shown.close();
    releasePrepared();
  }

  private void releasePrepared() {
    for (Worker worker : List.copyOf(prepared.keySet())) {
      RootContext root = prepared.remove(worker);
      if (root != null) {
        worker.execute(() -> host.vms().release(root, worker));
      }
    }
  }
}
