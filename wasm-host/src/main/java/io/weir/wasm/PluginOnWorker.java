package io.weir.wasm;

import io.weir.filter.Counter;
import io.weir.filter.Stats;
import io.weir.filter.Timer;
import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.wasm.context.HttpContext;
import io.weir.wasm.context.PluginSpec;
import io.weir.wasm.context.RootContext;
import io.weir.wasm.context.VmSpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin on one worker: its present root context, and what is done when that fails. With the
 * reload policy a new VM is prepared off the worker while the back-off runs and takes over when
 * both are done; until then streams are refused.
 */
final class PluginOnWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("wasm");
  private static final long QUIET_FACTOR = 10;

  private final WasmPlugin owner;
  private final VmSpec spec;
  private final Worker worker;
  private final String prefix;
  private final Timer backoff;
  private final Runnable failureListener = this::failed;
  private final Runnable streamEnded = this::streamEnded;
  private final Counter reloads;
  private final Counter reloadFailures;
  private RootContext root;
  private @Nullable RootContext spare;
  private boolean preparing;
  private boolean waiting;
  private boolean closed;
  private boolean closing;
  private int streams;
  private long traps;
  private String lastFailure = "";
  private int failures;
  private long lastReloadNanos;

  PluginOnWorker(WasmPlugin owner, VmSpec spec, RootContext root, Worker worker) {
    this.owner = owner;
    this.spec = spec;
    this.root = root;
    this.worker = worker;
    this.backoff = worker.newTimer(this::backoffOver);
    Stats stats = worker.stats();
    this.prefix = "wasm." + owner.settings().name() + ".";
    this.reloads = stats.counter(prefix, "vm_reload_success");
    this.reloadFailures = stats.counter(prefix, "vm_reload_failure");
    root.onVmFailure(failureListener);
  }

  PluginSpec plugin() {
    return owner.plugin();
  }

  Worker worker() {
    return worker;
  }

  /** The root context for a new stream; its VM may have failed. */
  RootContext root() {
    return root;
  }

  /** Whether new streams go on without the plugin. */
  boolean bypassed() {
    return root.vm().failed() && owner.plugin().failOpen();
  }

  /** A stream's part of the plugin, or null when streams go on without it. */
  @Nullable HttpFilter newStream(HttpFilterCallbacks callbacks) {
    if (bypassed()) {
      return null;
    }
    streams++;
    return new HttpContext(root, owner.plugin(), callbacks, streamEnded);
  }

  private void streamEnded() {
    if (--streams == 0 && closing) {
      close();
    }
  }

  /** Closes when the streams that {@link #newStream} began have ended. */
  void closeWhenIdle() {
    closing = true;
    if (streams == 0) {
      close();
    }
  }

  PartStatus status() {
    boolean down = root.vm().failed();
    return new PartStatus(
        worker.index(),
        root.meter(),
        root.vm().openStreams(root),
        traps,
        root.vm().memoryBytes(),
        down,
        root.vm().interpreted(),
        lastFailure,
        root.vm().describe(root));
  }

  private void failed() {
    traps++;
    lastFailure = String.valueOf(root.vm().failure());
    worker.stats().counter(prefix, "trap_" + root.vm().failureKind()).inc();
    if (closed || owner.settings().failurePolicy().kind() != FailurePolicy.Kind.RELOAD) {
      return;
    }
    FailurePolicy policy = owner.settings().failurePolicy();
    long quietNanos = QUIET_FACTOR * policy.maxMillis() * 1_000_000;
    if (failures > 0 && worker.nanoTime() - lastReloadNanos > quietNanos) {
      failures = 0;
    }
    failures++;
    if (FailurePolicy.crashLoop(failures)) {
      worker.stats().counter(prefix, "crash_loop").inc();
      lastFailure = "crash loop, " + failures + " failures in a row: " + lastFailure;
    }
    waiting = true;
    backoff.arm(policy.backoffMillis(failures, worker.random().nextDouble()));
    prepare();
  }

  private void prepare() {
    preparing = true;
    owner
        .host()
        .vms()
        .acquire(spec, owner.plugin(), worker, owner.cpuPool())
        .whenComplete((made, failure) -> worker.execute(() -> prepared(made, failure)));
  }

  private void prepared(@Nullable RootContext made, @Nullable Throwable failure) {
    preparing = false;
    if (made == null) {
      reloadFailures.inc();
      LOG.warn(
          "wasm: plugin {} cannot be started again: {}",
          owner.settings().name(),
          failure == null ? "" : failure.getMessage());
      return;
    }
    if (closed) {
      owner.host().vms().release(made, worker);
      return;
    }
    spare = made;
    swap();
  }

  private void backoffOver() {
    waiting = false;
    if (spare == null && !preparing && !closed) {
      // The last attempt failed: try once more, after a longer wait if it fails again.
      failures++;
      waiting = true;
      backoff.arm(
          owner.settings().failurePolicy().backoffMillis(failures, worker.random().nextDouble()));
      prepare();
      return;
    }
    swap();
  }

  private void swap() {
    RootContext next = spare;
    if (next == null || waiting) {
      return;
    }
    spare = null;
    release(root);
    root = next;
    root.onVmFailure(failureListener);
    lastReloadNanos = worker.nanoTime();
    reloads.inc();
  }

  @Override
  public void close() {
    closed = true;
    backoff.cancel();
    owner.closed(this);
    release(root);
    if (spare != null) {
      owner.host().vms().release(spare, worker);
      spare = null;
    }
  }

  private void release(RootContext used) {
    used.removeVmFailure(failureListener);
    owner.host().vms().release(used, worker);
  }
}
