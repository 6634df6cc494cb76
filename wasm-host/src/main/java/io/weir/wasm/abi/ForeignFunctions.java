package io.weir.wasm.abi;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Foreign functions by name. */
public final class ForeignFunctions {
  private static final Map<String, ForeignFunction> BY_NAME =
      Map.of("clear_route_cache", ForeignFunctions::clearRouteCache);

  private ForeignFunctions() {}

  public static @Nullable ForeignFunction find(String name) {
    return BY_NAME.get(name);
  }

  private static int clearRouteCache(HostVm vm, byte[] argument, ByteSink result) {
    vm.effective().clearRouteCache();
    return WasmResult.OK;
  }
}
