package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Calls;
import io.weir.lua.engine.LuaError;
import io.weir.lua.engine.LuaFunction;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Types;
import io.weir.lua.engine.Values;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code require}, {@code module} and the {@code package} table. C modules are never found. */
final class PackageLibrary {
  private static final LuaString PATH = LuaString.of("path");
  private static final LuaString CPATH = LuaString.of("cpath");
  private static final LuaString LOADERS = LuaString.of("loaders");
  private static final LuaString DEFAULT_PATH =
      LuaString.of(
          "./?.lua;/usr/local/share/luajit-2.1/?.lua;/usr/local/share/lua/5.1/?.lua;"
              + "/usr/local/share/lua/5.1/?/init.lua");
  private static final LuaString DEFAULT_CPATH =
      LuaString.of("./?.so;/usr/local/lib/lua/5.1/?.so;/usr/local/lib/lua/5.1/loadall.so");

  private final LuaState state;
  private final LuaTable preload = new LuaTable();
  private final LuaTable library;
  private final LoadFunctions loading;

  private PackageLibrary(Functions functions, LoadFunctions loading) {
    this.loading = loading;
    state = functions.state();
    library = functions.library("package");
    functions
        .add(
            "loadlib",
            a ->
                new @Nullable Object[] {
                  null, LuaString.of("dynamic libraries not enabled"), LuaString.of("absent")
                })
        .add("searchpath", PackageLibrary::searchpath)
        .add("seeall", PackageLibrary::seeall)
        .value("path", DEFAULT_PATH)
        .value("cpath", DEFAULT_CPATH)
        .value("config", LuaString.of("/\n;\n?\n!\n-\n"))
        .value("loaded", state.loaded())
        .value("preload", preload);
    var loaders = new LuaTable();
    loaders.set(1, functions.lone("loader", this::preloaded));
    loaders.set(2, functions.lone("loader", this::luaFile));
    loaders.set(3, functions.lone("loader", this::clibrary));
    loaders.set(4, functions.lone("loader", a -> null));
    functions.value("loaders", loaders).value("searchers", loaders);
    functions.into(state.globals()).add("require", this::require).add("module", this::module);
    functions
        .into(preload)
        .add("table.new", a -> functions.lone("new", PackageLibrary::newTable))
        .add("table.clear", a -> functions.lone("clear", PackageLibrary::clearTable))
        .add("ffi", a -> UnavailableFfi.table(functions));
  }

  static void install(Functions functions, LoadFunctions loading) {
    new PackageLibrary(functions, loading);
  }

  private static Object newTable(Arguments a) {
    int limit = 1 << 20;
    return new LuaTable(
        Math.clamp(a.integer(1) + 1L, 0, limit), Math.clamp((long) a.integer(2), 0, limit));
  }

  private static Object clearTable(Arguments a) {
    LuaTable table = a.table(1);
    for (int at = table.position(0); at >= 0; at = table.position(at + 1)) {
      table.set(table.keyAt(at), null);
    }
    return Values.NONE;
  }

  // ---- require

  private @Nullable Object require(Arguments a) {
    LuaString name = a.string(1);
    LuaTable loaded = state.loaded();
    Object known = loaded.get(name);
    if (Types.truthy(known)) {
      return known;
    }
    if (!(library.get(LOADERS) instanceof LuaTable loaders)) {
      throw state.error("'package.loaders' must be a table");
    }
    LuaString tried = LuaString.EMPTY;
    for (int i = 1; ; i++) {
      Object loader = loaders.get(i);
      if (loader == null) {
        throw state.error("module '" + name + "' not found:" + tried.text());
      }
      Object found = Values.first(Calls.call(state, loader, name));
      if (found instanceof LuaFunction function) {
        return load(name, function);
      }
      if (found instanceof LuaString message) {
        tried = tried.concat(message);
      }
    }
  }

  private @Nullable Object load(LuaString name, LuaFunction loader) {
    Object result = Values.first(loader.call(name));
    LuaTable loaded = state.loaded();
    if (result != null) {
      loaded.set(name, result);
    } else if (loaded.get(name) == null) {
      loaded.set(name, true);
    }
    return loaded.get(name);
  }

  private @Nullable Object preloaded(Arguments a) {
    LuaString name = a.string(1);
    Object loader = preload.get(name);
    return loader != null ? loader : LuaString.of("\n\tno field package.preload['" + name + "']");
  }

  private @Nullable Object luaFile(Arguments a) {
    LuaString name = a.string(1);
    Object path = library.get(PATH);
    if (!(path instanceof LuaString templates)) {
      throw state.error("'package.path' must be a string");
    }
    Object found = search(name, templates, ".", "/");
    if (!(found instanceof LuaString file)) {
      return Values.get(found, 1);
    }
    Object loaded = loading.loadFile(state, file, "bt", state.globals());
    if (loaded instanceof LuaFunction) {
      return loaded;
    }
    throw new LuaError(
        LuaString.of(
            state.stack().where(1)
                + "error loading module '"
                + name
                + "' from file '"
                + file
                + "':\n\t"
                + Values.get(loaded, 1)));
  }

  private @Nullable Object clibrary(Arguments a) {
    LuaString templates = library.get(CPATH) instanceof LuaString path ? path : LuaString.EMPTY;
    Object found = search(a.string(1), templates, ".", "/");
    return found instanceof LuaString file
        ? LuaString.of("\n\tC module '" + file + "' cannot be loaded")
        : Values.get(found, 1);
  }

  private static Object searchpath(Arguments a) {
    return search(
        a.string(1),
        a.string(2),
        a.string(3, LuaString.of(".")).text(),
        a.string(4, LuaString.of("/")).text());
  }

  /** The first readable file, or nil and the names tried. */
  private static Object search(
      LuaString name, LuaString templates, String separator, String replacement) {
    String part = separator.isEmpty() ? name.text() : name.text().replace(separator, replacement);
    var tried = new StringBuilder();
    for (String template : templates.text().split(";", -1)) {
      if (template.isEmpty()) {
        continue;
      }
      String file = template.replace("?", part);
      if (readable(file)) {
        return LuaString.of(file);
      }
      tried.append("\n\tno file '").append(file).append('\'');
    }
    return new @Nullable Object[] {null, LuaString.of(tried.toString())};
  }

  private static boolean readable(String file) {
    try {
      return Files.isRegularFile(Path.of(file)) && Files.isReadable(Path.of(file));
    } catch (InvalidPathException error) {
      return false;
    }
  }

  // ---- module

  private static Object seeall(Arguments a) {
    LuaTable module = a.table(1);
    LuaTable metatable = module.metatable();
    if (metatable == null) {
      metatable = new LuaTable();
      module.setMetatable(metatable);
    }
    metatable.set(LuaString.of("__index"), a.state().globals());
    return Values.NONE;
  }

  private Object module(Arguments a) {
    LuaString name = a.string(1);
    LuaTable module;
    if (state.loaded().get(name) instanceof LuaTable known) {
      module = known;
    } else {
      module = global(name);
      state.loaded().set(name, module);
    }
    if (module.get(LuaString.of("_NAME")) == null) {
      int dot = name.text().lastIndexOf('.');
      module.set(LuaString.of("_M"), module);
      module.set(LuaString.of("_NAME"), name);
      module.set(LuaString.of("_PACKAGE"), LuaString.of(name.text().substring(0, dot + 1)));
    }
    LuaFunction caller = state.stack().function(1);
    if (caller == null || !caller.lua()) {
      throw state.error("'module' not called from a Lua function");
    }
    caller.setEnvironment(module);
    for (int i = 2; i <= a.count(); i++) {
      Calls.call(state, a.get(i), module);
    }
    return Values.NONE;
  }

  private LuaTable global(LuaString name) {
    LuaTable at = state.globals();
    for (String part : name.text().split("\\.", -1)) {
      LuaString key = LuaString.of(part);
      Object value = at.get(key);
      if (value == null) {
        value = new LuaTable();
        at.set(key, value);
      }
      if (!(value instanceof LuaTable table)) {
        throw state.error("name conflict for module '" + name + "'");
      }
      at = table;
    }
    return at;
  }
}
