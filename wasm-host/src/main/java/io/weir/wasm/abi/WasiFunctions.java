package io.weir.wasm.abi;

import io.weir.wasm.vm.GuestTrap;
import io.weir.wasm.vm.HostFunction;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of WASI that proxy-wasm modules use. There are no files: standard output and error are
 * the log, everything else answers an error number of WASI.
 */
public final class WasiFunctions {
  private static final String P1 = "wasi_snapshot_preview1";
  private static final String UNSTABLE = "wasi_unstable";

  private static final int SUCCESS = 0;
  private static final int BADF = 8;
  private static final int FAULT = 21;
  private static final int INVAL = 28;
  private static final int NOENT = 44;
  private static final int NOSYS = 52;
  private static final int NOTSUP = 58;
  private static final int MAX_RANDOM = 64 << 10;
  private static final int MAX_LOG_BYTES = 1 << 20;
  private static final int INFO = 2;
  private static final int ERROR = 4;
  private static final int SUBSCRIPTION_BYTES = 48;
  private static final int EVENT_BYTES = 32;

  /** The rest of WASI: modules may import it, calls answer ENOSYS. */
  public static final Map<String, Integer> WITHOUT_EFFECT = withoutEffect();

  private final HostVm vm;
  private final GuestIo io;

  public WasiFunctions(HostVm vm) {
    this.vm = vm;
    this.io = new GuestIo(vm);
  }

  private static Map<String, Integer> withoutEffect() {
    var names = new HashMap<String, Integer>();
    for (String name :
        List.of(
            "fd_advise",
            "fd_allocate",
            "fd_datasync",
            "fd_fdstat_set_rights",
            "fd_filestat_get",
            "fd_filestat_set_size",
            "fd_filestat_set_times",
            "fd_pread",
            "fd_pwrite",
            "fd_readdir",
            "fd_renumber",
            "fd_sync",
            "fd_tell",
            "path_create_directory",
            "path_filestat_get",
            "path_filestat_set_times",
            "path_link",
            "path_readlink",
            "path_remove_directory",
            "path_rename",
            "path_symlink",
            "path_unlink_file",
            "proc_raise",
            "sock_accept",
            "sock_recv",
            "sock_send",
            "sock_shutdown")) {
      names.put(P1 + "." + name, NOSYS);
      names.put(UNSTABLE + "." + name, NOSYS);
    }
    return Map.copyOf(names);
  }

  @HostFunction(
      value = "fd_write",
      module = {P1, UNSTABLE})
  public int fdWrite(int fd, int vectors, int count, int writtenOut) {
    if (fd != 1 && fd != 2) {
      return BADF;
    }
    if (count < 0 || count > 1024 || !io.valid(vectors, count * 8) || !io.valid(writtenOut, 4)) {
      return FAULT;
    }
    var text = new ByteArrayOutputStream();
    int written = 0;
    for (int i = 0; i < count; i++) {
      int pointer = vm.memory().readInt(vectors + i * 8);
      int length = vm.memory().readInt(vectors + i * 8 + 4);
      if (!io.valid(pointer, length)) {
        return FAULT;
      }
      written += length;
      text.write(io.memory(), pointer, Math.min(length, MAX_LOG_BYTES - text.size()));
    }
    byte[] bytes = text.toByteArray();
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\n') {
      length--;
    }
    if (bytes.length > 0) {
      vm.log(fd == 1 ? INFO : ERROR, bytes, 0, length);
    }
    io.writeInt(writtenOut, written);
    return SUCCESS;
  }

  @HostFunction(
      value = "environ_sizes_get",
      module = {P1, UNSTABLE})
  public int environSizesGet(int countOut, int bytesOut) {
    int bytes = 0;
    for (Map.Entry<String, String> entry : vm.environment().entrySet()) {
      bytes += text(entry).length + 1;
    }
    if (!io.validOut(countOut, bytesOut)) {
      return FAULT;
    }
    io.writeInt(countOut, vm.environment().size());
    io.writeInt(bytesOut, bytes);
    return SUCCESS;
  }

  private static byte[] text(Map.Entry<String, String> entry) {
    return (entry.getKey() + "=" + entry.getValue()).getBytes(StandardCharsets.UTF_8);
  }

  @HostFunction(
      value = "environ_get",
      module = {P1, UNSTABLE})
  public int environGet(int pointers, int buffer) {
    int pointer = pointers;
    int at = buffer;
    for (Map.Entry<String, String> entry : vm.environment().entrySet()) {
      byte[] text = text(entry);
      if (!io.valid(pointer, 4) || !io.valid(at, text.length + 1)) {
        return FAULT;
      }
      io.writeInt(pointer, at);
      System.arraycopy(text, 0, io.memory(), at, text.length);
      io.memory()[at + text.length] = 0;
      pointer += 4;
      at += text.length + 1;
    }
    return SUCCESS;
  }

  @HostFunction(
      value = "args_sizes_get",
      module = {P1, UNSTABLE})
  public int argsSizesGet(int countOut, int bytesOut) {
    if (!io.validOut(countOut, bytesOut)) {
      return FAULT;
    }
    io.writeInt(countOut, 0);
    io.writeInt(bytesOut, 0);
    return SUCCESS;
  }

  @HostFunction(
      value = "args_get",
      module = {P1, UNSTABLE})
  public int argsGet(int pointers, int buffer) {
    return SUCCESS;
  }

  @HostFunction(
      value = "clock_time_get",
      module = {P1, UNSTABLE})
  public int clockTimeGet(int clock, long precision, int out) {
    if (clock < 0 || clock > 1) {
      return NOTSUP;
    }
    if (!io.valid(out, 8)) {
      return FAULT;
    }
    io.writeLong(out, clock == 0 ? vm.wallNanos() : vm.monotonicNanos());
    return SUCCESS;
  }

  @HostFunction(
      value = "clock_res_get",
      module = {P1, UNSTABLE})
  public int clockResGet(int clock, int out) {
    if (!io.valid(out, 8)) {
      return FAULT;
    }
    io.writeLong(out, 1000);
    return SUCCESS;
  }

  @HostFunction(
      value = "random_get",
      module = {P1, UNSTABLE})
  public int randomGet(int pointer, int length) {
    if (length < 0 || length > MAX_RANDOM) {
      return INVAL;
    }
    if (!io.valid(pointer, length)) {
      return FAULT;
    }
    vm.random(io.memory(), pointer, length);
    return SUCCESS;
  }

  /**
   * Ends the guest. Envoy logs and goes on into whatever the compiler put behind a call that does
   * not return.
   */
  @HostFunction(
      value = "proc_exit",
      module = {P1, UNSTABLE})
  public void procExit(int code) {
    throw new GuestTrap("exit", "the module called proc_exit(" + code + ")");
  }

  @HostFunction(
      value = "fd_close",
      module = {P1, UNSTABLE})
  public int fdClose(int fd) {
    return SUCCESS;
  }

  @HostFunction(
      value = "fd_seek",
      module = {P1, UNSTABLE})
  public int fdSeek(int fd, long offset, int whence, int out) {
    return SUCCESS;
  }

  @HostFunction(
      value = "fd_fdstat_get",
      module = {P1, UNSTABLE})
  public int fdFdstatGet(int fd, int out) {
    if (fd != 1 && fd != 2) {
      return BADF;
    }
    if (!io.valid(out, 24)) {
      return FAULT;
    }
    // A character device with all rights to be written to.
    vm.memory().writeLong(out, 2);
    vm.memory().writeLong(out + 8, 64);
    vm.memory().writeLong(out + 16, 0);
    return SUCCESS;
  }

  @HostFunction(
      value = "fd_fdstat_set_flags",
      module = {P1, UNSTABLE})
  public int fdFdstatSetFlags(int fd, int flags) {
    return fd == 1 || fd == 2 ? SUCCESS : BADF;
  }

  @HostFunction(
      value = "fd_prestat_get",
      module = {P1, UNSTABLE})
  public int fdPrestatGet(int fd, int out) {
    return BADF;
  }

  @HostFunction(
      value = "fd_prestat_dir_name",
      module = {P1, UNSTABLE})
  public int fdPrestatDirName(int fd, int pointer, int length) {
    return NOSYS;
  }

  @HostFunction(
      value = "fd_read",
      module = {P1, UNSTABLE})
  public int fdRead(int fd, int vectors, int count, int readOut) {
    return NOSYS;
  }

  @HostFunction(
      value = "path_open",
      module = {P1, UNSTABLE})
  public int pathOpen(
      int fd,
      int dirFlags,
      int path,
      int pathLength,
      int openFlags,
      long rightsBase,
      long rightsInheriting,
      int fdFlags,
      int fdOut) {
    return NOENT;
  }

  @HostFunction(
      value = "sched_yield",
      module = {P1, UNSTABLE})
  public int schedYield() {
    return SUCCESS;
  }

  /** Every clock subscription is ready at once: an event loop does not sleep. */
  @HostFunction(
      value = "poll_oneoff",
      module = {P1, UNSTABLE})
  public int pollOneoff(int subscriptions, int events, int count, int countOut) {
    if (count < 0
        || count > 1024
        || !io.valid(subscriptions, count * SUBSCRIPTION_BYTES)
        || !io.valid(events, count * EVENT_BYTES)
        || !io.valid(countOut, 4)) {
      return FAULT;
    }
    int ready = 0;
    for (int i = 0; i < count; i++) {
      int subscription = subscriptions + i * SUBSCRIPTION_BYTES;
      if (vm.memory().read(subscription + 8) == 0) {
        int event = events + ready++ * EVENT_BYTES;
        Arrays.fill(io.memory(), event, event + EVENT_BYTES, (byte) 0);
        io.writeLong(event, vm.memory().readLong(subscription));
      }
    }
    io.writeInt(countOut, ready);
    return SUCCESS;
  }
}
