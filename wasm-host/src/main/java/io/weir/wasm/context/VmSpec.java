package io.weir.wasm.context;

import io.weir.wasm.abi.AbiVersion;
import io.weir.wasm.shared.SharedSpace;
import io.weir.wasm.vm.Limits;
import io.weir.wasm.vm.MemoryQuota;
import io.weir.wasm.vm.WasmModule;
import java.util.Map;

/**
 * All that makes two VMs the same.
 *
 * @param key equal for plugins that share a VM on each worker
 * @param vmId the namespace of shared data and queues
 * @param configuration {@code vm_config.configuration}
 * @param environment WASI environment
 * @param olderRoots whether properties have the roots of older hosts
 */
public record VmSpec(
    String key,
    String vmId,
    WasmModule module,
    AbiVersion abi,
    byte[] configuration,
    Map<String, String> environment,
    boolean olderRoots,
    Limits limits,
    MemoryQuota quota,
    SharedSpace shared) {}
