package io.weir.lua.library;

import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/** The modules there are, by the name that scripts pass to {@code require}. */
public enum ScriptLibrary {
  JSON("json", JsonModule::open),
  CJSON("cjson", JsonModule::open),
  CJSON_SAFE("cjson.safe", JsonModule::openSafe),
  BASE64("base64", Base64Module::open),
  SHA("sha", DigestModules::sha),
  HMAC("hmac", DigestModules::hmac),
  URL("url", UrlModule::open),
  UUID("uuid", UuidModule::open),
  JWT("jwt", JwtModule::open);

  private final String moduleName;
  private final Function<LuaState, LuaTable> opener;

  ScriptLibrary(String moduleName, Function<LuaState, LuaTable> opener) {
    this.moduleName = moduleName;
    this.opener = opener;
  }

  public String moduleName() {
    return moduleName;
  }

  /** The module's table, new for a state. */
  public LuaTable open(LuaState state) {
    return opener.apply(state);
  }

  public static Optional<ScriptLibrary> named(String name) {
    return Arrays.stream(values()).filter(l -> l.moduleName.equals(name)).findFirst();
  }
}
