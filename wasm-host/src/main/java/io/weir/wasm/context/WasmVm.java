package io.weir.wasm.context;

import io.weir.filter.Value;
import io.weir.filter.Worker;
import io.weir.wasm.abi.AbiVersion;
import io.weir.wasm.abi.BufferFunctions;
import io.weir.wasm.abi.ByteSink;
import io.weir.wasm.abi.CallFunctions;
import io.weir.wasm.abi.Callback;
import io.weir.wasm.abi.ContextFunctions;
import io.weir.wasm.abi.Expressions;
import io.weir.wasm.abi.ForeignFunction;
import io.weir.wasm.abi.ForeignFunctions;
import io.weir.wasm.abi.HeaderFunctions;
import io.weir.wasm.abi.HostContext;
import io.weir.wasm.abi.HostVm;
import io.weir.wasm.abi.MetricFunctions;
import io.weir.wasm.abi.MetricTable;
import io.weir.wasm.abi.SharedFunctions;
import io.weir.wasm.abi.StreamFunctions;
import io.weir.wasm.abi.WasiFunctions;
import io.weir.wasm.property.Properties;
import io.weir.wasm.shared.SharedSpace;
import io.weir.wasm.vm.FlatMemory;
import io.weir.wasm.vm.GuestExports;
import io.weir.wasm.vm.GuestTrap;
import io.weir.wasm.vm.HostTable;
import io.weir.wasm.vm.UnsupportedModuleException;
import io.weir.wasm.vm.WasmInstance;
import io.weir.wasm.vm.WasmModule;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance of a module with its contexts. Made, started and configured on a CPU thread, then
 * adopted by a worker and used there only; timers and calls begin at adoption.
 *
 * <p>The guest is never re-entered, its allocator apart: what a host function causes (going on,
 * closing, answers, results of calls) waits until the guest has returned. After a trap nothing of
 * the guest runs any more and {@link #failed} is true.
 */
public final class WasmVm implements HostVm {
  private static final int ERROR_LEVEL = 4;
  private static final int MAX_COMPLAINT = 1_000;
  private static final Logger LOG = LoggerFactory.getLogger("wasm");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Clock CLOCK = Clock.systemUTC();
  private static final int MAX_METRICS = 10_000;
  private static final int MAX_DESCRIBED = 100;

  /** A start that takes longer is worth a copy of the memory for the next instances. */
  private static final long SLOW_START_NANOS = 20_000_000;

  /** The functions that guests import; receivers in the order of the constructor. */
  public static final HostTable HOST =
      new HostTable(
          List.of(
              HeaderFunctions.class,
              BufferFunctions.class,
              StreamFunctions.class,
              CallFunctions.class,
              ContextFunctions.class,
              MetricFunctions.class,
              SharedFunctions.class,
              WasiFunctions.class),
          WasiFunctions.WITHOUT_EFFECT);

  private final VmSpec spec;
  private final WasmModule module;
  private final Object[] receivers;
  private final Callback allocator;
  private final ContextMap contexts = new ContextMap();
  private final Map<String, RootContext> roots = new HashMap<>();
  private final VmContext vmContext = new VmContext(this);
  private final MetricTable metrics = new MetricTable(MAX_METRICS);
  private final Properties properties;
  private final LogBudget logBudget;
  private final Expressions expressions = new Expressions();
  private final ByteSink scratch = new ByteSink();
  private final ArrayDeque<DeferredEffects> deferred = new ArrayDeque<>();

  /** Replaced once when the module's compilation is done after the VM began in the interpreter. */
  private WasmInstance instance;

  private GuestExports exports;
  private boolean interpreted;
  private HostContext current = vmContext;
  private HostContext effective = vmContext;
  private @Nullable String complaint;
  private boolean calling;
  private boolean allocating;
  private @Nullable Worker worker;
  private @Nullable String failure;
  private String failureKind = "";
  private final List<Runnable> failureListeners = new ArrayList<>();
  private long monotonicOffset;
  private int lastContextId;
  private int lastToken;

  /**
   * Instantiates the module and starts it. Not on an event loop.
   *
   * @throws UnsupportedModuleException when it cannot be instantiated or traps, with the reason
   */
  public WasmVm(VmSpec spec) throws UnsupportedModuleException {
    this.spec = spec;
    this.properties = new Properties(spec.olderRoots());
    this.logBudget = new LogBudget(spec.limits().logLinesPerSecond());
    this.module = spec.module().best();
    this.interpreted = module.better() != null;
    this.receivers =
        new Object[] {
          new HeaderFunctions(this),
          new BufferFunctions(this),
          new StreamFunctions(this),
          new CallFunctions(this),
          new ContextFunctions(this),
          new MetricFunctions(this),
          new SharedFunctions(this),
          new WasiFunctions(this)
        };
    this.instance = module.instantiate(receivers, spec.limits(), spec.quota());
    this.exports = instance.exports();
    this.allocator =
        spec.module().hasExport(Callback.MEMORY_ALLOCATE.ordinal())
            ? Callback.MEMORY_ALLOCATE
            : Callback.MALLOC;
    start();
  }

  private void start() throws UnsupportedModuleException {
    calling = true;
    instance.enter();
    try {
      if (module.initializeStarted(instance)) {
        instance.leave();
        calling = false;
        return;
      }
      long begin = System.nanoTime();
      instance.initialize();
      Map<String, Integer> names = spec.module().info().exports();
      if (names.containsKey("_initialize")) {
        instance.start("_initialize");
        if (names.containsKey("main")) {
          instance.start("main");
        } else if (names.containsKey("__main_void")) {
          instance.start("__main_void");
        }
      } else if (names.containsKey("_start")) {
        instance.start("_start");
      }
      if (instance.memory().calls() == 0 && System.nanoTime() - begin > SLOW_START_NANOS) {
        module.rememberStarted(instance);
      }
    } catch (RuntimeException | Error e) {
      String reason = "the module failed while starting: " + instance.reason(e);
      instance.leave();
      instance.close();
      throw new UnsupportedModuleException(reason, e);
    }
    instance.leave();
    calling = false;
  }

  /** Hands the VM to its worker; called on that worker. */
  public void adopt(Worker owner) {
    // A guest that saw time before must not see it jump back.
    monotonicOffset = monotonicNanos() - owner.nanoTime();
    worker = owner;
    instance.setBudgetMillis(spec.limits().callbackMillis());
    metrics.adopt(owner.stats());
    List.copyOf(roots.values()).forEach(root -> root.adopt(owner));
    CompletableFuture<WasmModule> better = module.better();
    if (better != null) {
      better.thenAccept(faster -> prepareFaster(faster, owner));
    }
  }

  /** Makes an instance of compiled code; on the thread that compiled it. */
  private void prepareFaster(WasmModule faster, Worker owner) {
    try {
      WasmInstance next = faster.instantiate(receivers, spec.limits(), spec.quota());
      next.initialize();
      owner.execute(() -> goOnIn(next));
    } catch (UnsupportedModuleException | RuntimeException e) {
      LOG.warn("wasm: a VM stays in the interpreter: {}", e.toString());
    }
  }

  /** Whether the guest runs in the interpreter until its compilation is done. */
  public boolean interpreted() {
    return interpreted;
  }

  private void goOnIn(WasmInstance next) {
    if (failure != null) {
      next.close();
      return;
    }
    next.continueFrom(instance);
    next.setBudgetMillis(spec.limits().callbackMillis());
    instance = next;
    exports = next.exports();
    interpreted = false;
  }

  @Nullable Worker worker() {
    return worker;
  }

  public VmSpec spec() {
    return spec;
  }

  // ---- calling the guest

  /**
   * Calls into the guest with a context current and effective. What the call deferred for other
   * contexts runs afterwards.
   *
   * @return the guest's result, or what an absent callback means; {@link #failed} tells a trap
   */
  int call(Callback callback, HostContext context, int a, int b, int c, int d, int e) {
    if (failure != null) {
      return 0;
    }
    if (calling) {
      throw new IllegalStateException("re-entry into a guest: " + callback.export());
    }
    PluginMeter meter = meter(context);
    boolean timed = meter != null && meter.begin(callback);
    long before = instance.memory().calls();
    long crossedBefore = instance.memory().crossed();
    long begin = timed ? System.nanoTime() : 0;
    calling = true;
    current = context;
    effective = context;
    instance.enter();
    int result = 0;
    Throwable trap = null;
    try {
      result = exports.call(callback.ordinal(), a, b, c, d, e);
    } catch (RuntimeException | Error thrown) {
      trap = thrown;
    }
    long spent = instance.spentNanos();
    instance.leave();
    if (spent > 0 && context instanceof StreamContext stream) {
      stream.spent(spent);
    }
    if (meter != null) {
      meter.end(
          callback,
          instance.memory().calls() - before,
          instance.memory().crossed() - crossedBefore);
      if (timed) {
        meter.time(callback, System.nanoTime() - begin);
      }
    }
    calling = false;
    current = vmContext;
    effective = vmContext;
    if (trap != null) {
      fail(callback, context, trap);
    }
    if (!deferred.isEmpty()) {
      runDeferred(context);
    }
    return result;
  }

  int call(Callback callback, HostContext context, int a, int b, int c) {
    return call(callback, context, a, b, c, 0, 0);
  }

  private static @Nullable PluginMeter meter(HostContext context) {
    return context instanceof StreamContext stream
        ? stream.root.meter()
        : context instanceof RootContext root ? root.meter() : null;
  }

  boolean hasCallback(Callback callback) {
    return spec.module().hasExport(callback.ordinal());
  }

  /** Whether the guest is running now. */
  boolean calling() {
    return calling;
  }

  /** A context has something to do when the guest has returned. */
  void defer(DeferredEffects effects) {
    if (!deferred.contains(effects)) {
      deferred.add(effects);
    }
  }

  /**
   * A stream's callback applies that stream's own effects itself; those of other streams go through
   * the worker's queue, so that no stream runs inside another one's filter chain.
   */
  private void runDeferred(HostContext caller) {
    for (DeferredEffects next = deferred.poll(); next != null; next = deferred.poll()) {
      if (next == caller) {
        continue;
      }
      if (caller instanceof RootContext) {
        next.applyEffects();
      } else {
        next.postEffects();
      }
    }
  }

  private void fail(Callback callback, HostContext context, Throwable trap) {
    failure = instance.reason(trap);
    failureKind = instance.kind(trap);
    LOG.error(
        "Function: {} failed: {} (plugin{}){}{}",
        callback.export(),
        failure,
        logPrefix(context),
        backtrace(instance.backtrace(trap)),
        lastCalls(instance.lastHostCalls()));
    instance.close();
    deferred.clear();
    for (HostContext open : contexts.all()) {
      if (open instanceof DeferredEffects effects && open != context) {
        effects.postEffects();
      }
    }
    roots.values().forEach(RootContext::abandon);
    List.copyOf(failureListeners).forEach(Runnable::run);
  }

  /** As Envoy prints it: one line a frame. */
  private static String backtrace(List<String> frames) {
    var text = new StringBuilder();
    for (int i = 0; i < frames.size(); i++) {
      text.append(i == 0 ? "\nProxy-Wasm plugin in-VM backtrace:" : "").append("\n  ");
      text.append(i).append(": ").append(frames.get(i));
    }
    return text.toString();
  }

  private static String lastCalls(List<String> names) {
    return names.isEmpty() ? "" : "\nLast host calls: " + String.join(", ", names);
  }

  public boolean failed() {
    return failure != null;
  }

  /** Why the VM failed, or null. */
  public @Nullable String failure() {
    return failure;
  }

  void onFailure(Runnable listener) {
    failureListeners.add(listener);
  }

  void removeFailureListener(Runnable listener) {
    failureListeners.remove(listener);
  }

  // ---- contexts

  int newContextId() {
    do {
      lastContextId++;
    } while (lastContextId <= 0 || contexts.get(lastContextId) != null);
    return lastContextId;
  }

  void add(HostContext context) {
    contexts.put(context);
  }

  void remove(HostContext context) {
    contexts.remove(context.id());
  }

  int openContexts() {
    return contexts.size();
  }

  /**
   * A token for a call; its low two bits are the kind.
   *
   * @param kind 0 HTTP, 1 gRPC call, 2 gRPC stream
   */
  int newToken(int kind) {
    lastToken += 4;
    if (lastToken <= 0) {
      lastToken = 4;
    }
    return lastToken | kind;
  }

  /**
   * The plugin's root context, made, started and configured if there is none; counted, see {@link
   * #release}. Not inside a guest call.
   *
   * @throws UnsupportedModuleException when the plugin refuses or traps, with phase and reason
   */
  public RootContext acquire(PluginSpec plugin) throws UnsupportedModuleException {
    RootContext root = roots.get(plugin.key());
    if (root == null) {
      root = new RootContext(this, plugin);
      roots.put(plugin.key(), root);
      try {
        root.start();
      } catch (UnsupportedModuleException e) {
        roots.remove(plugin.key());
        root.abandon();
        throw e;
      }
      if (worker != null) {
        root.adopt(worker);
      }
    }
    root.users++;
    return root;
  }

  /** Gives a root context back; the last user ends it, and the last root ends the VM. */
  public void release(RootContext root) {
    if (--root.users == 0) {
      roots.remove(root.plugin().key());
      root.shutdown();
    }
  }

  /** The streams of a plugin that have a context here. */
  public long openStreams(RootContext root) {
    return contexts.all().stream().filter(c -> c != root && c.root() == root).count();
  }

  /** A plugin's HTTP streams that have a context here. */
  List<HttpContext> streams(RootContext root) {
    return contexts.all().stream()
        .filter(context -> context.root() == root)
        .filter(HttpContext.class::isInstance)
        .map(HttpContext.class::cast)
        .toList();
  }

  /** Those streams for people, no more than a hundred of them. */
  public Value.ListValue describe(RootContext root) {
    return Value.list(
        contexts.all().stream()
            .filter(context -> context != root && context.root() == root)
            .filter(StreamContext.class::isInstance)
            .limit(MAX_DESCRIBED)
            .map(context -> ((StreamContext) context).describe())
            .toList());
  }

  /** Bytes of linear memory. */
  public long memoryBytes() {
    return failure == null ? (long) instance.memory().pages() * FlatMemory.PAGE_SIZE : 0;
  }

  /** The host functions that the guest called last, oldest first. */
  public List<String> lastHostCalls() {
    return instance.lastHostCalls();
  }

  /** How the VM failed, as a word for statistics. */
  public String failureKind() {
    return failureKind;
  }

  public boolean unused() {
    return roots.isEmpty();
  }

  /** Frees the memory. */
  public void close() {
    if (failure == null) {
      failure = "closed";
      instance.close();
    }
  }

  Properties properties() {
    return properties;
  }

  // ---- HostVm

  @Override
  public FlatMemory memory() {
    return instance.memory();
  }

  @Override
  public HostContext effective() {
    return effective;
  }

  @Override
  public HostContext current() {
    return current;
  }

  @Override
  public boolean setEffective(int id) {
    HostContext context = id == 0 ? current : contexts.get(id);
    if (context == null) {
      return false;
    }
    effective = context;
    return true;
  }

  @Override
  public int allocate(int bytes) {
    if (allocating) {
      throw new GuestTrap(
          "reentry", "a host function that returns bytes was called inside the allocator");
    }
    allocating = true;
    int pointer;
    try {
      pointer = exports.call(allocator.ordinal(), bytes, 0, 0, 0, 0);
    } finally {
      allocating = false;
    }
    return instance.memory().contains(pointer, bytes) ? pointer : 0;
  }

  @Override
  public AbiVersion abi() {
    return spec.abi();
  }

  @Override
  public byte[] vmConfiguration() {
    return spec.configuration();
  }

  @Override
  public byte @Nullable [] pluginConfiguration() {
    return effective.root() instanceof RootContext root && root.configuring()
        ? root.plugin().configuration()
        : null;
  }

  @Override
  public Map<String, String> environment() {
    return spec.environment();
  }

  @Override
  public long wallNanos() {
    if (worker != null) {
      return worker.wallNanos();
    }
    Instant now = CLOCK.instant();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  @Override
  public long monotonicNanos() {
    return worker != null ? worker.nanoTime() + monotonicOffset : wallNanos();
  }

  @Override
  public void random(byte[] target, int offset, int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    System.arraycopy(bytes, 0, target, offset, length);
  }

  /** What a module logs as an error from now on is kept; for the time of a start. */
  void listen() {
    complaint = "";
  }

  /** The last error that the module logged since {@link #listen}; nobody listens afterwards. */
  String complaint() {
    String said = complaint;
    complaint = null;
    return said == null ? "" : said;
  }

  @Override
  public void log(int level, byte[] text, int offset, int length) {
    if (level >= ERROR_LEVEL && complaint != null) {
      complaint = new String(text, offset, Math.min(length, MAX_COMPLAINT), StandardCharsets.UTF_8);
    }
    if (level >= logLevel() && logBudget.take(this)) {
      instance.memory().crossed(length);
      GuestLog.write(LOG, level, logPrefix(effective), text, offset, length);
    }
  }

  @Override
  public void tripped(String limit) {
    tripped(limit, effective.root() instanceof RootContext root ? root.plugin().name() : vmId());
  }

  void tripped(String limit, String plugin) {
    Worker owner = worker;
    if (owner != null) {
      owner.stats().counter("wasm." + plugin + ".", limit).inc();
    }
  }

  /** {@code " name root_id vm_id"}, as far as they are set. */
  private String logPrefix(HostContext context) {
    return context.root() instanceof RootContext root
        ? root.logPrefix()
        : spec.vmId().isEmpty() ? "" : " " + spec.vmId();
  }

  @Override
  public int logLevel() {
    return GuestLog.level(LOG);
  }

  @Override
  public MetricTable metrics() {
    return metrics;
  }

  @Override
  public SharedSpace shared() {
    return spec.shared();
  }

  @Override
  public String vmId() {
    return spec.vmId();
  }

  @Override
  public Expressions expressions() {
    return expressions;
  }

  @Override
  public @Nullable ForeignFunction foreign(String name) {
    return ForeignFunctions.find(name);
  }

  @Override
  public ByteSink scratch() {
    return scratch;
  }
}
