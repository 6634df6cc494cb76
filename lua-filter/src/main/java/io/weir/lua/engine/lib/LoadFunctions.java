package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaClosure;
import io.weir.lua.engine.LuaError;
import io.weir.lua.engine.LuaFunction;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Texts;
import io.weir.lua.engine.Values;
import io.weir.lua.engine.code.ChunkName;
import io.weir.lua.engine.load.Chunk;
import io.weir.lua.engine.syntax.LuaSyntaxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code load}, {@code loadstring}, {@code loadfile} and {@code dofile}. */
final class LoadFunctions {
  private static final LuaString STDIN = LuaString.of("=stdin");

  private final Chunk.Mode textMode;

  /**
   * @param textMode how text that a script loads while it runs is carried out
   */
  LoadFunctions(Chunk.Mode textMode) {
    this.textMode = textMode;
  }

  void install(Functions functions) {
    functions
        .add("loadfile", this::loadfile)
        .add("load", a -> load(a, false))
        .add("loadstring", a -> load(a, true))
        .add("dofile", this::dofile);
  }

  private Object load(Arguments a, boolean stringOnly) {
    Object given = a.get(1);
    LuaString text = Texts.coerce(given);
    LuaString name;
    if (text != null) {
      name = a.string(2, text);
    } else if (stringOnly) {
      throw a.wrongType(1, "string");
    } else {
      LuaFunction reader = a.function(1);
      name = a.string(2, LuaString.of("=(load)"));
      try {
        text = read(a.state(), reader);
      } catch (LuaError error) {
        return new @Nullable Object[] {null, error.value()};
      }
    }
    String mode = a.string(3, LuaString.of("bt")).text();
    LuaTable environment =
        !stringOnly && a.count() >= 4 && a.get(4) instanceof LuaTable table
            ? table
            : a.state().globals();
    return load(a.state(), text, name, mode, environment);
  }

  private static LuaString read(LuaState state, LuaFunction reader) {
    var coroutine = state.current();
    coroutine.forbidYield();
    try {
      LuaString text = LuaString.EMPTY;
      while (true) {
        Object part = Values.first(reader.call());
        if (part == null) {
          return text;
        }
        LuaString piece = Texts.coerce(part);
        if (piece == null) {
          throw state.error("reader function must return a string");
        }
        if (piece.length() == 0) {
          return text;
        }
        state.checkLength((long) text.length() + piece.length());
        text = text.concat(piece);
      }
    } finally {
      coroutine.allowYield();
    }
  }

  /** The function, or nil and a message. */
  private Object load(
      LuaState state, LuaString text, LuaString name, String mode, LuaTable environment) {
    boolean binary = text.length() > 3 && text.at(0) == 27;
    if (mode.indexOf(binary ? 'b' : 't') < 0) {
      return new @Nullable Object[] {null, LuaString.of("attempt to load chunk with wrong mode")};
    }
    try {
      if (binary) {
        return undump(state, text, name, environment);
      }
      return Chunk.load(text.bytes(), name, textMode).bind(state, environment);
    } catch (LuaSyntaxException error) {
      String message = ChunkName.display(name) + ":" + error.line() + ": " + error.text();
      return new @Nullable Object[] {null, LuaString.of(message)};
    }
  }

  private Object undump(LuaState state, LuaString dump, LuaString name, LuaTable environment)
      throws LuaSyntaxException {
    int header = StringLibrary.DUMP_SIGNATURE.length();
    if (!dump.substring(0, header).equals(StringLibrary.DUMP_SIGNATURE)) {
      return new @Nullable Object[] {null, LuaString.of("cannot load incompatible bytecode")};
    }
    boolean whole = dump.at(header) == 1;
    LuaString text = dump.substring(header + 1, dump.length());
    LuaClosure loaded = Chunk.load(text.bytes(), name, textMode).bind(state, environment);
    return whole ? loaded : java.util.Objects.requireNonNull(Values.first(loaded.call()));
  }

  private Object loadfile(Arguments a) {
    String mode = a.string(2, LuaString.of("bt")).text();
    LuaTable environment = a.get(3) instanceof LuaTable table ? table : a.state().globals();
    return loadFile(a.state(), a.absent(1) ? null : a.string(1), mode, environment);
  }

  Object loadFile(LuaState state, @Nullable LuaString file, String mode, LuaTable environment) {
    if (file == null) {
      return load(state, LuaString.EMPTY, STDIN, mode, environment);
    }
    try {
      var text = LuaString.own(Files.readAllBytes(Path.of(file.text())));
      return load(state, text, LuaString.of("@").concat(file), mode, environment);
    } catch (IOException | InvalidPathException error) {
      String message = "cannot open " + file + ": " + FileErrors.of(error).text();
      return new @Nullable Object[] {null, LuaString.of(message)};
    }
  }

  private @Nullable Object dofile(Arguments a) {
    LuaString file = a.absent(1) ? null : a.string(1);
    Object loaded = loadFile(a.state(), file, "bt", a.state().globals());
    if (loaded instanceof LuaFunction function) {
      return function.call();
    }
    throw new LuaError(Values.get(loaded, 1));
  }
}
