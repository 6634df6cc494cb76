package io.weir.wasm;

import io.weir.filter.Value;
import io.weir.wasm.context.PluginMeter;
import java.util.LinkedHashMap;

/**
 * A plugin on one worker at one moment.
 *
 * @param failed whether its VM has failed and was not replaced
 * @param interpreted whether it runs in the interpreter until its compilation is done
 * @param lastFailure why it failed last, or empty
 * @param contexts its streams in the guest
 */
record PartStatus(
    int worker,
    PluginMeter meter,
    long streams,
    long failures,
    long memoryBytes,
    boolean failed,
    boolean interpreted,
    String lastFailure,
    Value.ListValue contexts) {

  Value describe() {
    var fields = new LinkedHashMap<String, Value>();
    fields.put("worker", Value.of(worker));
    fields.put("failed", Value.of(failed));
    fields.put("interpreted", Value.of(interpreted));
    fields.put("failures", Value.of(failures));
    fields.put("last_failure", Value.of(lastFailure));
    fields.put("memory_bytes", Value.of(memoryBytes));
    fields.put("contexts", contexts);
    return new Value.MapValue(fields);
  }
}
