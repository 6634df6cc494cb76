package io.weir.wasm.vm;

import java.io.ByteArrayOutputStream;
import java.util.Set;

/**
 * Makes a copy of a module without its code, once that is compiled: a parsed module takes about 25
 * times its file's size on the heap, nearly all of it instructions. Every body becomes {@code
 * unreachable}, which is valid for any type; custom sections go too.
 */
final class CodeStripper {
  private static final int CUSTOM = 0;
  private static final int CODE = 10;
  private static final byte[] EMPTY_BODY = {3, 0, 0, 0x0b};

  private CodeStripper() {}

  /**
   * @param kept function indexes whose code stays, because the interpreter runs them
   */
  static byte[] strip(byte[] code, ModuleInfo info, Set<Integer> kept) {
    var in = new ByteReader(code, 0, code.length);
    var out = new ByteArrayOutputStream(code.length / 4);
    out.writeBytes(in.bytes(8));
    while (in.remaining() > 0) {
      int id = in.u8();
      int length = in.u32();
      int start = in.position();
      if (id == CODE) {
        byte[] bodies = bodies(code, info, kept);
        out.write(id);
        leb(out, bodies.length);
        out.writeBytes(bodies);
      } else if (id != CUSTOM) {
        out.write(id);
        leb(out, length);
        out.write(code, start, length);
      }
      in.seek(start + length);
    }
    return out.toByteArray();
  }

  private static byte[] bodies(byte[] code, ModuleInfo info, Set<Integer> kept) {
    int[] bodies = info.functionBodies();
    var out = new ByteArrayOutputStream(bodies.length * 2 + 8);
    leb(out, bodies.length / 2);
    for (int i = 0; i < bodies.length / 2; i++) {
      if (kept.contains(i + info.imports().size())) {
        int start = bodies[2 * i];
        int length = bodies[2 * i + 1] - start;
        leb(out, length);
        out.write(code, start, length);
      } else {
        out.writeBytes(EMPTY_BODY);
      }
    }
    return out.toByteArray();
  }

  private static void leb(ByteArrayOutputStream out, int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
