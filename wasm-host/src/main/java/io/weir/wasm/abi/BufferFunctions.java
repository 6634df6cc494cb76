package io.weir.wasm.abi;

import static io.weir.wasm.abi.WasmResult.BAD_ARGUMENT;
import static io.weir.wasm.abi.WasmResult.INVALID_MEMORY;
import static io.weir.wasm.abi.WasmResult.NOT_FOUND;

import io.weir.wasm.vm.HostFunction;

/** Bodies, configuration and call results. All numbers from the guest are unsigned. */
public final class BufferFunctions {
  private final HostVm vm;
  private final GuestIo io;

  public BufferFunctions(HostVm vm) {
    this.vm = vm;
    this.io = new GuestIo(vm);
  }

  private static boolean known(int type) {
    return type >= 0 && type <= BufferType.LAST;
  }

  private long length(int type) {
    if (type == BufferType.VM_CONFIGURATION) {
      return vm.vmConfiguration().length;
    }
    byte[] configuration = configuration(type);
    return configuration != null ? configuration.length : vm.effective().bufferLength(type);
  }

  private byte @org.jspecify.annotations.Nullable [] configuration(int type) {
    return switch (type) {
      case BufferType.VM_CONFIGURATION -> vm.vmConfiguration();
      case BufferType.PLUGIN_CONFIGURATION -> vm.pluginConfiguration();
      default -> null;
    };
  }

  @HostFunction("proxy_get_buffer_bytes")
  public int get(int type, int start, int max, int pointerOut, int sizeOut) {
    if (!known(type)) {
      return BAD_ARGUMENT;
    }
    long length = length(type);
    if (length < 0) {
      return NOT_FOUND;
    }
    if (!io.validOut(pointerOut, sizeOut)) {
      return INVALID_MEMORY;
    }
    long from = start & 0xffff_ffffL;
    long count = Math.min(max & 0xffff_ffffL, length - from);
    if (count <= 0) {
      return io.givePointer(0, 0, pointerOut, sizeOut);
    }
    if (count > Integer.MAX_VALUE) {
      return INVALID_MEMORY;
    }
    int pointer = vm.allocate((int) count);
    if (pointer == 0) {
      return INVALID_MEMORY;
    }
    byte[] configuration = configuration(type);
    if (configuration != null) {
      System.arraycopy(configuration, (int) from, io.memory(), pointer, (int) count);
    } else {
      vm.effective().copyBuffer(type, from, io.memory(), pointer, (int) count);
    }
    io.crossed((int) count);
    return io.givePointer(pointer, (int) count, pointerOut, sizeOut);
  }

  @HostFunction("proxy_get_buffer_status")
  public int status(int type, int lengthOut, int flagsOut) {
    if (!known(type)) {
      return BAD_ARGUMENT;
    }
    long length = length(type);
    if (length < 0) {
      return NOT_FOUND;
    }
    return io.givePointer((int) Math.min(length, 0xffff_ffffL), 0, lengthOut, flagsOut);
  }

  @HostFunction("proxy_set_buffer_bytes")
  public int set(int type, int start, int length, int pointer, int count) {
    if (!known(type)) {
      return BAD_ARGUMENT;
    }
    if (!io.valid(pointer, count)) {
      return INVALID_MEMORY;
    }
    if (configuration(type) != null) {
      return BAD_ARGUMENT;
    }
    io.crossed(count);
    return vm.effective()
        .setBuffer(type, start & 0xffff_ffffL, length & 0xffff_ffffL, io.memory(), pointer, count);
  }

  /** 0.1.0: the VM's configuration, or the plugin's while it is being configured. */
  @HostFunction("proxy_get_configuration")
  public int configuration(int pointerOut, int sizeOut) {
    byte[] plugin = vm.pluginConfiguration();
    byte[] bytes = plugin != null ? plugin : vm.vmConfiguration();
    return io.give(bytes, 0, bytes.length, pointerOut, sizeOut);
  }
}
