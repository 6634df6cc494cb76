package io.weir.wasm.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.wasm.abi.Callback;
import io.weir.wasm.context.WasmVm;
import io.weir.wasm.guest.GuestBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassCacheTest {
  @TempDir Path base;

  private static CompiledCode code(int size) {
    return new CompiledCode(new byte[size], "m.Main", true, false, Map.of("m.Main", new byte[9]));
  }

  private ClassCache cache(long maxBytes, long second) {
    return new ClassCache(
        base.resolve("cache"),
        maxBytes,
        Clock.fixed(Instant.ofEpochSecond(second), ZoneOffset.UTC));
  }

  @Test
  void keepsWhatWasSavedForTheNextProcess() throws IOException {
    assertThat(cache(1 << 20, 1).load("a")).isNull();
    cache(1 << 20, 1).save("a", code(100));
    CompiledCode loaded = cache(1 << 20, 2).load("a");
    assertThat(loaded.machineClass()).isEqualTo("m.Main");
    assertThat(loaded.linked()).isTrue();
    assertThat(loaded.stripped()).hasSize(100);
    assertThat(loaded.classes()).containsOnlyKeys("m.Main");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(base.resolve("cache"))))
        .isEqualTo("rwx------");
  }

  @Test
  void refusesFilesThatWereTouchedOrRenamed() throws IOException {
    cache(1 << 20, 1).save("a", code(100));
    Path file = base.resolve("cache").resolve("a.wcm");
    Files.copy(file, base.resolve("cache").resolve("b.wcm"));
    assertThat(cache(1 << 20, 2).load("b")).isNull();
    byte[] bytes = Files.readAllBytes(file);
    bytes[50] ^= 1;
    Files.write(file, bytes);
    assertThat(cache(1 << 20, 2).load("a")).isNull();
    assertThat(file).doesNotExist();
  }

  @Test
  void isNotUsedWhereOthersMayEnter() throws IOException {
    cache(1 << 20, 1).save("a", code(100));
    Files.setPosixFilePermissions(
        base.resolve("cache"), PosixFilePermissions.fromString("rwxrwx---"));
    assertThat(cache(1 << 20, 2).load("a")).isNull();
  }

  @Test
  void dropsWhatWasNotUsedLongest() throws IOException {
    for (int i = 0; i < 3; i++) {
      cache(3500, 1).save("m" + i, code(1000));
      Files.setLastModifiedTime(
          base.resolve("cache").resolve("m" + i + ".wcm"),
          java.nio.file.attribute.FileTime.from(Instant.ofEpochSecond(10 + i)));
    }
    cache(3500, 100).load("m0");
    cache(3500, 101).save("m3", code(1000));
    assertThat(cache(3500, 102).load("m0")).isNotNull();
    assertThat(cache(3500, 102).load("m1")).isNull();
  }

  @Test
  void aCachedModuleRunsAsACompiledOne() throws UnsupportedModuleException {
    byte[] code = new GuestBuilder().build();
    ModuleInfo info = ModuleScanner.scan(code);
    for (int i = 0; i < 2; i++) {
      var runtime =
          new ChicoryRuntime(
              ChicoryRuntime.Mode.LINKED, WasmVm.HOST, Callback.TABLE, cache(1 << 20, i));
      WasmModule module = runtime.compile("digest", code, info, Capabilities.ALL);
      assertThat(module.linked()).isTrue();
    }
    assertThat(base.resolve("cache").toFile().list()).hasSize(2);
  }
}
