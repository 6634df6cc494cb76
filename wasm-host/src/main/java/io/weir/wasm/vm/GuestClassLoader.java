package io.weir.wasm.vm;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The classes of one compiled module; unloaded with it. */
final class GuestClassLoader extends ClassLoader {
  private final Map<String, byte[]> classes;

  /**
   * @param classes class files by binary name; taken over
   */
  GuestClassLoader(Map<String, byte[]> classes, ClassLoader parent) {
    super("wasm", parent);
    this.classes = classes;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = take(name);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  private byte @Nullable [] take(String name) {
    synchronized (classes) {
      return classes.remove(name);
    }
  }
}
