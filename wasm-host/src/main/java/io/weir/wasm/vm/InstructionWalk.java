package io.weir.wasm.vm;

import org.jspecify.annotations.Nullable;

/**
 * Steps through one function body, instruction by instruction, to find proposals that the engine
 * lacks. Immediates are skipped by the rules of the core specification, section 5.4.
 */
final class InstructionWalk {
  private static final int GIVE_UP = -1;

  private final ByteReader in;

  InstructionWalk(ByteReader body) {
    this.in = body;
  }

  /** The first feature in use that the engine does not have, or null. */
  @Nullable String unsupported() {
    for (int n = in.u32(); n > 0; n--) {
      in.skipLeb();
      valueType(in.u8());
    }
    while (in.remaining() > 0) {
      int op = in.u8();
      switch (op) {
        case 0xfd -> {
          return "SIMD instructions";
        }
        case 0x06, 0x07, 0x09, 0x18, 0x19 -> {
          return "legacy exception handling";
        }
        default -> {
          if (immediates(op) == GIVE_UP) {
            return null;
          }
        }
      }
    }
    return null;
  }

  private void valueType(int type) {
    if (type == 0x63 || type == 0x64) {
      in.skipLeb();
    }
  }

  private int immediates(int op) {
    if (op >= 0x45 && op <= 0xc4) {
      return 0;
    }
    if (op >= 0x28 && op <= 0x3e) {
      return memoryArgument();
    }
    return switch (op) {
      case 0x02, 0x03, 0x04 -> blockType();
      case 0x08,
          0x0c,
          0x0d,
          0x10,
          0x12,
          0x14,
          0x15,
          0x3f,
          0x40,
          0x41,
          0x42,
          0xd0,
          0xd2,
          0xd5,
          0xd6 ->
          lebs(1);
      case 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26 -> lebs(1);
      case 0x11, 0x13 -> lebs(2);
      case 0x0e -> lebs(in.u32() + 1);
      case 0x1c -> selectTypes();
      case 0x1f -> tryTable();
      case 0x43 -> skip(4);
      case 0x44 -> skip(8);
      case 0x00, 0x01, 0x05, 0x0a, 0x0b, 0x0f, 0x1a, 0x1b, 0xd1, 0xd3, 0xd4 -> 0;
      case 0xfc -> miscellaneous();
      case 0xfe -> atomic();
      default -> GIVE_UP;
    };
  }

  private int blockType() {
    int first = in.u8();
    if (first == 0x63 || first == 0x64) {
      in.skipLeb();
    } else if ((first & 0x80) != 0) {
      in.skipLeb();
    }
    return 0;
  }

  private int lebs(int count) {
    for (int i = 0; i < count; i++) {
      in.skipLeb();
    }
    return 0;
  }

  private int skip(int count) {
    in.skip(count);
    return 0;
  }

  private int memoryArgument() {
    int align = in.u32();
    if ((align & 0x40) != 0) {
      in.skipLeb();
    }
    in.skipLeb();
    return 0;
  }

  private int selectTypes() {
    for (int n = in.u32(); n > 0; n--) {
      valueType(in.u8());
    }
    return 0;
  }

  private int tryTable() {
    blockType();
    for (int n = in.u32(); n > 0; n--) {
      int kind = in.u8();
      lebs(kind < 2 ? 2 : 1);
    }
    return 0;
  }

  private int miscellaneous() {
    int sub = in.u32();
    if (sub < 8) {
      return 0;
    }
    return switch (sub) {
      case 8, 10, 12, 14 -> lebs(2);
      case 9, 11, 13, 15, 16, 17 -> lebs(1);
      default -> GIVE_UP;
    };
  }

  private int atomic() {
    return in.u32() == 0x03 ? skip(1) : memoryArgument();
  }
}
