package io.weir.lua.engine.code;

import io.weir.lua.engine.Cell;
import io.weir.lua.engine.LuaClosure;
import io.weir.lua.engine.LuaCode;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Site;
import io.weir.lua.engine.syntax.FunctionBody;
import io.weir.lua.engine.syntax.LocalVariable;
import io.weir.lua.engine.syntax.Upvalue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The code of one function. Immutable; shared by all closures, states and workers. */
public abstract class Prototype implements LuaCode {
  private final Source source;
  private final FunctionBody body;
  private final List<Site> sites;

  protected Prototype(Source source, FunctionBody body, List<Site> sites) {
    this.source = source;
    this.body = body;
    this.sites = List.copyOf(sites);
  }

  public abstract LuaClosure instantiate(LuaState state, LuaTable environment, Cell[] upvalues);

  public final FunctionBody syntax() {
    return body;
  }

  @Override
  public String chunk() {
    return source.display();
  }

  @Override
  public LuaString chunkName() {
    return source.name();
  }

  @Override
  public Site site(int index) {
    return sites.get(index);
  }

  @Override
  public int line() {
    return body.line();
  }

  @Override
  public int lastLine() {
    return body.lastLine();
  }

  @Override
  public int parameterCount() {
    return body.parameters().size();
  }

  @Override
  public boolean vararg() {
    return body.vararg();
  }

  @Override
  public List<LuaString> upvalueNames() {
    return body.upvalues().stream().map(Upvalue::name).toList();
  }

  @Override
  public @Nullable LuaString source() {
    if (body.line() == 0) {
      return LuaString.own(source.text());
    }
    var prefix = LuaString.of("return function");
    var suffix = LuaString.copyOf(source.text(), body.start(), body.end() - body.start());
    return prefix.concat(suffix);
  }

  /** Whether a parameter is captured and needs a cell. */
  public static boolean cellParameters(FunctionBody body) {
    return body.parameters().stream().anyMatch(LocalVariable::captured);
  }
}
