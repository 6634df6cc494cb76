package io.weir.wasm.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.wasm.abi.Callback;
import io.weir.wasm.context.WasmVm;
import io.weir.wasm.guest.Code;
import io.weir.wasm.guest.GuestBuilder;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SnapshotTest {
  private final MemoryQuota quota = new MemoryQuota(1 << 30);

  private WasmInstance instance(WasmModule module) throws UnsupportedModuleException {
    return module.instantiate(new Object[8], Limits.DEFAULT, quota);
  }

  private static int add(WasmInstance instance) {
    return instance.exports().call(Callback.REQUEST_HEADERS.ordinal(), 1, 0, 0, 0, 0);
  }

  /** Each start and each call raise a global; starting grows the memory too. */
  private static byte[] guest() {
    return new GuestBuilder()
        .on(
            "_initialize",
            code ->
                code.globalGet(0).i32(100).op(0x6a).globalSet(0).i32(2).op(0x40, 0).drop().count(0))
        .on(
            "proxy_on_request_headers",
            code -> code.globalGet(0).i32(1).op(0x6a).globalSet(0).globalGet(0).ret(),
            0)
        .on("proxy_on_tick", Code::unreachable)
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void aCloneGoesOnWhereTheStartedInstanceWas(ChicoryRuntime.Mode mode)
      throws UnsupportedModuleException {
    byte[] code = guest();
    WasmModule module =
        new ChicoryRuntime(mode, WasmVm.HOST, Callback.TABLE, null)
            .compile("digest", code, ModuleScanner.scan(code), Capabilities.ALL);
    WasmInstance first = instance(module);
    assertThat(module.initializeStarted(first)).isFalse();
    first.initialize();
    first.start("_initialize");
    module.rememberStarted(first);
    int afterStart = add(first);
    add(first);

    WasmInstance clone = instance(module);
    assertThat(module.initializeStarted(clone)).isTrue();
    assertThat(clone.memory().pages()).isEqualTo(first.memory().pages());
    assertThat(Arrays.equals(clone.memory().bytes(), first.memory().bytes())).isTrue();
    assertThat(add(clone)).isEqualTo(afterStart);
    assertThat(add(first)).isEqualTo(afterStart + 2);

    long both = quota.usedBytes();
    clone.close();
    assertThat(quota.usedBytes()).isEqualTo(both / 2);
    first.close();
    assertThat(quota.usedBytes()).isZero();
  }
}
