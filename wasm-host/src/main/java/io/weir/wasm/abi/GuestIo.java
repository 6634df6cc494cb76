package io.weir.wasm.abi;

import io.weir.filter.http.HeaderMap;
import io.weir.wasm.vm.FlatMemory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Moves arguments out of a guest's memory and results into it. Every range is checked by callers.
 */
final class GuestIo {
  private static final byte[] NOTHING = {};

  private final HostVm vm;

  GuestIo(HostVm vm) {
    this.vm = vm;
  }

  boolean valid(int pointer, int length) {
    return vm.memory().contains(pointer, length);
  }

  /** Whether both out parameters of a result can be written. */
  boolean validOut(int first, int second) {
    FlatMemory memory = vm.memory();
    return memory.contains(first, 4) && memory.contains(second, 4);
  }

  byte[] memory() {
    return vm.memory().bytes();
  }

  /** Counts bytes that a function copied itself. */
  void crossed(int count) {
    vm.memory().crossed(count);
  }

  byte[] bytes(int pointer, int length) {
    crossed(length);
    return length == 0 ? NOTHING : Arrays.copyOfRange(memory(), pointer, pointer + length);
  }

  /** Latin-1, for names of ours that guests send back. */
  String text(int pointer, int length) {
    crossed(length);
    return new String(memory(), pointer, length, StandardCharsets.UTF_8);
  }

  void writeInt(int pointer, int value) {
    vm.memory().writeI32(pointer, value);
  }

  void writeLong(int pointer, long value) {
    vm.memory().writeLong(pointer, value);
  }

  /** Copies a result into memory of the guest's allocator and stores where it is. */
  int give(byte[] source, int offset, int length, int pointerOut, int sizeOut) {
    int pointer = 0;
    if (length > 0) {
      pointer = vm.allocate(length);
      if (pointer == 0) {
        return WasmResult.INVALID_MEMORY;
      }
      System.arraycopy(source, offset, memory(), pointer, length);
      crossed(length);
    }
    return givePointer(pointer, length, pointerOut, sizeOut);
  }

  int give(ByteSink result, int pointerOut, int sizeOut) {
    return give(result.bytes(), 0, result.length(), pointerOut, sizeOut);
  }

  /** Stores where a result is. */
  int givePointer(int pointer, int length, int pointerOut, int sizeOut) {
    if (!validOut(pointerOut, sizeOut)) {
      return WasmResult.INVALID_MEMORY;
    }
    writeInt(pointerOut, pointer);
    writeInt(sizeOut, length);
    return WasmResult.OK;
  }

  /** A map's pairs, written straight into the guest's memory. */
  int givePairs(HeaderMap map, int pointerOut, int sizeOut) {
    int size = Pairs.size(map);
    int pointer = vm.allocate(size);
    if (pointer == 0) {
      return WasmResult.INVALID_MEMORY;
    }
    Pairs.write(map, memory(), pointer);
    crossed(size);
    return givePointer(pointer, size, pointerOut, sizeOut);
  }

  /** Pairs from the guest; malformed ones count as none. */
  HeaderMap pairs(int pointer, int length) {
    crossed(length);
    return Pairs.read(memory(), pointer, length);
  }
}
