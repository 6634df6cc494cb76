package io.weir.lua.library;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaError;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * {@code jwt}: reads the parts of a token and checks HMAC signatures. Tokens that a server signed
 * with a private key are for the {@code jwt_authn} filter or {@code verifySignature}.
 */
final class JwtModule {
  private JwtModule() {}

  static LuaTable open(LuaState state) {
    return new ModuleFunctions(state)
        .add("decode", JwtModule::decode)
        .add("verify", JwtModule::verify)
        .table();
  }

  /** A table with header, payload, signature and what is signed; nil and a reason. */
  private static Object decode(Arguments a) {
    String token = a.string(1).latin1();
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return ModuleFunctions.failure("a token has three parts");
    }
    try {
      var table = new LuaTable();
      table.set(LuaString.of("header"), object(a.state(), parts[0]));
      table.set(LuaString.of("payload"), object(a.state(), parts[1]));
      table.set(LuaString.of("signature"), LuaString.own(Base64.getUrlDecoder().decode(parts[2])));
      table.set(
          LuaString.of("signed"),
          LuaString.latin1(token.substring(0, parts[0].length() + 1 + parts[1].length())));
      return table;
    } catch (IllegalArgumentException e) {
      return ModuleFunctions.failure("invalid base64");
    } catch (LuaError e) {
      return ModuleFunctions.failure("invalid JSON");
    }
  }

  private static LuaTable object(LuaState state, String part) {
    byte[] json = Base64.getUrlDecoder().decode(part);
    Object value = new JsonDecoder(state, new JsonSettings(null)).decode(LuaString.own(json));
    if (value instanceof LuaTable table && json[0] == '{') {
      return table;
    }
    throw new LuaError("not an object");
  }

  /** Whether HS256, HS384 or HS512, named by the third argument, fits the key. */
  private static Object verify(Arguments a) {
    String token = a.string(1).latin1();
    int dot = token.lastIndexOf('.');
    String algorithm =
        switch (a.string(3, LuaString.of("HS256")).text()) {
          case "HS256" -> "HmacSHA256";
          case "HS384" -> "HmacSHA384";
          case "HS512" -> "HmacSHA512";
          default -> throw a.wrong(3, "HS256, HS384 or HS512 expected");
        };
    if (dot < 0) {
      return false;
    }
    try {
      byte[] expected =
          DigestModules.mac(
              algorithm, a.string(2).bytes(), LuaString.latin1(token.substring(0, dot)).bytes());
      return MessageDigest.isEqual(
          expected, Base64.getUrlDecoder().decode(token.substring(dot + 1)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }
}
