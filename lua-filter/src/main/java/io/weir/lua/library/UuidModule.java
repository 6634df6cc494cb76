package io.weir.lua.library;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import java.security.SecureRandom;
import java.util.UUID;

/** {@code uuid}: random identifiers of version 4. */
final class UuidModule {
  private static final int TEXT_LENGTH = 36;

  private UuidModule() {}

  static LuaTable open(LuaState state) {
    var random = new SecureRandom();
    return new ModuleFunctions(state)
        .add("generate", _ -> generate(random))
        .add("v4", _ -> generate(random))
        .add("valid", UuidModule::valid)
        .table();
  }

  private static LuaString generate(SecureRandom random) {
    var bytes = new byte[16];
    random.nextBytes(bytes);
    long high = 0;
    long low = 0;
    for (int i = 0; i < 8; i++) {
      high = high << 8 | bytes[i] & 0xff;
      low = low << 8 | bytes[i + 8] & 0xff;
    }
    high = high & ~0xf000L | 0x4000L;
    low = low & ~(3L << 62) | 1L << 63;
    return LuaString.of(new UUID(high, low).toString());
  }

  private static Object valid(Arguments a) {
    LuaString text = a.string(1);
    if (text.length() != TEXT_LENGTH) {
      return false;
    }
    for (int i = 0; i < TEXT_LENGTH; i++) {
      int c = text.at(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? c != '-' : Character.digit(c, 16) < 0) {
        return false;
      }
    }
    return true;
  }
}
