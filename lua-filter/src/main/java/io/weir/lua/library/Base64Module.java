package io.weir.lua.library;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import java.util.Base64;

/** {@code base64}: both alphabets, both ways. Padding is optional when decoding. */
final class Base64Module {
  private Base64Module() {}

  static LuaTable open(LuaState state) {
    return new ModuleFunctions(state)
        .add("encode", a -> LuaString.own(Base64.getEncoder().encode(a.string(1).bytes())))
        .add("decode", a -> decode(a, Base64.getDecoder()))
        .add(
            "encode_url",
            a -> LuaString.own(Base64.getUrlEncoder().withoutPadding().encode(a.string(1).bytes())))
        .add("decode_url", a -> decode(a, Base64.getUrlDecoder()))
        .table();
  }

  private static Object decode(Arguments a, Base64.Decoder decoder) {
    try {
      return LuaString.own(decoder.decode(a.string(1).bytes()));
    } catch (IllegalArgumentException e) {
      return ModuleFunctions.failure("invalid base64");
    }
  }
}
