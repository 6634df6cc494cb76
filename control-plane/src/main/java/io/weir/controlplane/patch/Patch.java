package io.weir.controlplane.patch;

import com.google.protobuf.Message;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code spec.configPatches}, decoded.
 *
 * @param index in the list
 * @param line where it was written, 0 when unknown
 * @param value null only for REMOVE
 */
public record Patch(
    int index,
    int line,
    ApplyTo applyTo,
    PatchContext context,
    ProxyMatch proxy,
    ObjectMatch match,
    Operation operation,
    FilterClass filterClass,
    @Nullable PatchValue value) {

  /** The operation with what Istio silently makes of it. */
  Operation effective() {
    return operation.effectiveFor(applyTo);
  }

  /** The value; only for operations that have one. */
  Message message() {
    if (value == null) {
      throw new IllegalStateException(operation + " has no value");
    }
    return value.message();
  }
}
