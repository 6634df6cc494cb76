package io.weir.plugin.wasm;

import io.weir.plugin.Log;
import org.teavm.interop.Address;

/** {@code proxy_log}. */
final class GuestLog implements Log {
  static final GuestLog INSTANCE = new GuestLog();

  private static final Class<?>[] RUNTIME = {
    ArrayIndexOutOfBoundsException.class, NullPointerException.class, ClassCastException.class
  };
  private static final int MAX_FRAMES = 30;

  private GuestLog() {}

  @Override
  public void trace(String message) {
    write(0, message);
  }

  @Override
  public void debug(String message) {
    write(1, message);
  }

  @Override
  public void info(String message) {
    write(2, message);
  }

  @Override
  public void warn(String message) {
    write(3, message);
  }

  @Override
  public void error(String message) {
    write(4, message);
  }

  private static void write(int level, String message) {
    byte[] bytes = Bytes.encode(message);
    Abi.log(level, Address.ofData(bytes), bytes.length);
    Address.pin(bytes);
  }

  /** Class, message, causes and frames in one entry. */
  static void failure(Throwable error) {
    var text = new StringBuilder("uncaught ");
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (e != error) {
        text.append("\ncaused by ");
      }
      text.append(nameOf(e));
      if (e.getMessage() != null) {
        text.append(": ").append(e.getMessage());
      }
      StackTraceElement[] frames = e.getStackTrace();
      for (int i = 0; i < frames.length && i < MAX_FRAMES; i++) {
        text.append("\n  at ").append(frames[i]);
      }
    }
    INSTANCE.error(text.toString());
  }

  /** The compiler forgets the names of exceptions that only the runtime throws: they are told. */
  private static String nameOf(Throwable e) {
    for (Class<?> type : RUNTIME) {
      if (e.getClass() == type) {
        return type.getName();
      }
    }
    return e.getClass().getName();
  }
}
