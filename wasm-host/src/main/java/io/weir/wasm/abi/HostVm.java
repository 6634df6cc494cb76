package io.weir.wasm.abi;

import io.weir.wasm.shared.SharedSpace;
import io.weir.wasm.vm.FlatMemory;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A VM as host functions see it, during one call into it. */
public interface HostVm {

  FlatMemory memory();

  /** The context that host functions act on. */
  HostContext effective();

  /** The context whose callback runs. */
  HostContext current();

  /**
   * Makes a context effective for the rest of this callback; 0 is the callback's own.
   *
   * @return false when no such context lives
   */
  boolean setEffective(int id);

  /**
   * Memory from the guest's allocator; may replace {@link FlatMemory#bytes}.
   *
   * @param bytes over 0
   * @return a pointer to that many bytes, or 0
   */
  int allocate(int bytes);

  AbiVersion abi();

  byte[] vmConfiguration();

  /** The plugin's configuration while it is being configured, otherwise null. */
  byte @Nullable [] pluginConfiguration();

  /** {@code KEY=value} texts. */
  Map<String, String> environment();

  long wallNanos();

  long monotonicNanos();

  void random(byte[] target, int offset, int length);

  /**
   * @param level 0 trace to 5 critical
   */
  void log(int level, byte[] text, int offset, int length);

  /** The lowest level that is written, 0 to 5. */
  int logLevel();

  MetricTable metrics();

  /** Shared data and queues. */
  SharedSpace shared();

  /** The namespace of shared data and queues. */
  String vmId();

  /** The guest's CEL expressions. */
  Expressions expressions();

  /** A foreign function, or null. */
  @Nullable ForeignFunction foreign(String name);

  /** Counts a limit that tripped, under the plugin whose context is effective. */
  void tripped(String limit);

  /** An array that one host function may use for its result. */
  ByteSink scratch();
}
