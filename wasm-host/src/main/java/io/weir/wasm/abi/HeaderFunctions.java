package io.weir.wasm.abi;

import static io.weir.wasm.abi.WasmResult.BAD_ARGUMENT;
import static io.weir.wasm.abi.WasmResult.INVALID_MEMORY;
import static io.weir.wasm.abi.WasmResult.NOT_FOUND;
import static io.weir.wasm.abi.WasmResult.OK;

import io.weir.filter.http.HeaderMap;
import io.weir.wasm.vm.HostFunction;

/** Header maps. Names are compared in the guest's memory; values are copied once. */
public final class HeaderFunctions {
  private final HostVm vm;
  private final GuestIo io;
  private final GuestFields fields = new GuestFields();

  public HeaderFunctions(HostVm vm) {
    this.vm = vm;
    this.io = new GuestIo(vm);
  }

  private static boolean known(int type) {
    return type >= 0 && type <= MapType.LAST;
  }

  @HostFunction("proxy_get_header_map_size")
  public int size(int type, int out) {
    if (!known(type)) {
      return BAD_ARGUMENT;
    }
    HeaderMap map = vm.effective().map(type);
    if (map == null) {
      return BAD_ARGUMENT;
    }
    if (!io.valid(out, 4)) {
      return INVALID_MEMORY;
    }
    io.writeInt(out, map.byteLength());
    return OK;
  }

  @HostFunction("proxy_get_header_map_pairs")
  public int pairs(int type, int pointerOut, int sizeOut) {
    if (!known(type)) {
      return BAD_ARGUMENT;
    }
    HeaderMap map = vm.effective().map(type);
    if (map == null || map.isEmpty()) {
      return io.givePointer(0, 0, pointerOut, sizeOut);
    }
    return io.givePairs(map, pointerOut, sizeOut);
  }

  @HostFunction("proxy_set_header_map_pairs")
  public int setPairs(int type, int pointer, int length) {
    if (!known(type)) {
      return BAD_ARGUMENT;
    }
    if (!io.valid(pointer, length)) {
      return INVALID_MEMORY;
    }
    HeaderMap map = vm.effective().mutableMap(type);
    if (map == null) {
      return BAD_ARGUMENT;
    }
    HeaderMap pairs = io.pairs(pointer, length);
    map.clear();
    fields.addAll(pairs, map, type);
    vm.effective().mapChanged(type);
    return OK;
  }

  @HostFunction("proxy_get_header_map_value")
  public int get(int type, int key, int keyLength, int pointerOut, int sizeOut) {
    if (!known(type)) {
      return BAD_ARGUMENT;
    }
    if (!io.valid(key, keyLength)) {
      return INVALID_MEMORY;
    }
    HeaderMap map = vm.effective().map(type);
    if (map == null) {
      return vm.effective().logging() ? NOT_FOUND : BAD_ARGUMENT;
    }
    int entry = fields.find(map, type, io.memory(), key, keyLength, -1);
    if (entry < 0) {
      return vm.abi() == AbiVersion.V0_1_0 ? io.givePointer(0, 0, pointerOut, sizeOut) : NOT_FOUND;
    }
    return io.give(map.bytes(), map.valueStart(entry), map.valueLength(entry), pointerOut, sizeOut);
  }

  @HostFunction("proxy_add_header_map_value")
  public int add(int type, int key, int keyLength, int value, int valueLength) {
    if (!known(type)) {
      return BAD_ARGUMENT;
    }
    if (!io.valid(key, keyLength) || !io.valid(value, valueLength)) {
      return INVALID_MEMORY;
    }
    HeaderMap map = vm.effective().mutableMap(type);
    if (map == null) {
      return BAD_ARGUMENT;
    }
    fields.add(map, type, io.memory(), key, keyLength, io.memory(), value, valueLength);
    io.crossed(keyLength + valueLength);
    vm.effective().mapChanged(type);
    return OK;
  }

  @HostFunction("proxy_replace_header_map_value")
  public int replace(int type, int key, int keyLength, int value, int valueLength) {
    if (!known(type)) {
      return BAD_ARGUMENT;
    }
    if (!io.valid(key, keyLength) || !io.valid(value, valueLength)) {
      return INVALID_MEMORY;
    }
    HeaderMap map = vm.effective().mutableMap(type);
    if (map == null) {
      return BAD_ARGUMENT;
    }
    fields.replace(map, type, io.memory(), key, keyLength, io.memory(), value, valueLength);
    io.crossed(keyLength + valueLength);
    vm.effective().mapChanged(type);
    return OK;
  }

  @HostFunction("proxy_remove_header_map_value")
  public int remove(int type, int key, int keyLength) {
    if (!known(type)) {
      return BAD_ARGUMENT;
    }
    if (!io.valid(key, keyLength)) {
      return INVALID_MEMORY;
    }
    HeaderMap map = vm.effective().mutableMap(type);
    if (map == null) {
      return BAD_ARGUMENT;
    }
    fields.remove(map, type, io.memory(), key, keyLength, -1);
    vm.effective().mapChanged(type);
    return OK;
  }
}
