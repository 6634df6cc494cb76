package io.weir.lua.engine.syntax;

import io.weir.lua.engine.LuaString;
import org.jspecify.annotations.Nullable;

/**
 * A token and where it stands.
 *
 * @param value the string, name ({@link LuaString}) or number of the token, else null
 * @param text how error messages show it
 */
record Token(TokenType type, @Nullable Object value, String text, int line, int column, int start) {
  LuaString name() {
    return (LuaString) java.util.Objects.requireNonNull(value);
  }
}
