package io.weir.wasm;

import com.google.protobuf.Message;
import io.weir.wasm.vm.Capabilities;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A read and checked {@code PluginConfig}.
 *
 * @param code the module, or null when it has to be fetched
 * @param remote {@code RemoteDataSource} of a module to be fetched
 * @param interpreted whether the interpreter was asked for
 */
record PluginSettings(
    String name,
    String rootId,
    String vmId,
    byte @Nullable [] code,
    @Nullable Message remote,
    byte[] vmConfiguration,
    byte[] configuration,
    Map<String, String> environment,
    Capabilities capabilities,
    FailurePolicy failurePolicy,
    boolean allowHeadersStop,
    boolean interpreted) {}
