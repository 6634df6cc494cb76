package io.weir.wasm.vm;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * What compiling a module yields, and its form on disk.
 *
 * @param stripped the module without its code
 * @param machineClass the compiler's main class
 * @param linked whether {@link LinkPass} was applied
 * @param interpreted whether some functions are left to the interpreter
 * @param classes class files by binary name
 */
record CompiledCode(
    byte[] stripped,
    String machineClass,
    boolean linked,
    boolean interpreted,
    Map<String, byte[]> classes) {

  byte[] toBytes() {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      block(out, stripped);
      out.writeUTF(machineClass);
      out.writeBoolean(linked);
      out.writeBoolean(interpreted);
      out.writeInt(classes.size());
      for (var entry : classes.entrySet()) {
        out.writeUTF(entry.getKey());
        block(out, entry.getValue());
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  static CompiledCode of(byte[] bytes) throws IOException {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      byte[] stripped = block(in);
      String machine = in.readUTF();
      boolean linked = in.readBoolean();
      boolean interpreted = in.readBoolean();
      int count = in.readInt();
      var classes = new HashMap<String, byte[]>();
      for (int i = 0; i < count; i++) {
        classes.put(in.readUTF(), block(in));
      }
      return new CompiledCode(stripped, machine, linked, interpreted, classes);
    }
  }

  private static void block(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] block(DataInputStream in) throws IOException {
    int length = in.readInt();
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw new IOException("cut short");
    }
    return bytes;
  }
}
