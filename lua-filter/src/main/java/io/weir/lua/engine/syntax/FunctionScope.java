package io.weir.lua.engine.syntax;

import io.weir.lua.engine.LuaString;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the parser knows of the function being parsed: variables in sight, upvalues, labels. */
final class FunctionScope {
  static final int MAX_LOCALS = 200;
  static final int MAX_UPVALUES = 60;

  /** A block being parsed. */
  private static final class BlockScope {
    final int firstLocal;
    final int firstLabel;
    final boolean loop;

    BlockScope(int firstLocal, int firstLabel, boolean loop) {
      this.firstLocal = firstLocal;
      this.firstLabel = firstLabel;
      this.loop = loop;
    }
  }

  private static final class PendingGoto {
    final Statement.Goto statement;
    final LuaString name;
    final int line;
    int locals;

    PendingGoto(Statement.Goto statement, LuaString name, int line, int locals) {
      this.statement = statement;
      this.name = name;
      this.line = line;
      this.locals = locals;
    }
  }

  private static final class KnownLabel {
    final Label label;
    int locals;

    KnownLabel(Label label, int locals) {
      this.label = label;
      this.locals = locals;
    }
  }

  private final @Nullable FunctionScope parent;
  private final TokenStream tokens;
  private final int line;
  private final boolean vararg;
  private final List<LocalVariable> active = new ArrayList<>();
  private final List<Upvalue> upvalues = new ArrayList<>();
  private final List<BlockScope> blocks = new ArrayList<>();
  private final List<KnownLabel> labels = new ArrayList<>();
  private List<PendingGoto> gotos = new ArrayList<>();
  private int slots;
  private int variables;

  /**
   * @param line of the function, 0 for the chunk itself
   */
  FunctionScope(@Nullable FunctionScope parent, TokenStream tokens, int line, boolean vararg) {
    this.parent = parent;
    this.tokens = tokens;
    this.line = line;
    this.vararg = vararg;
  }

  @Nullable FunctionScope parent() {
    return parent;
  }

  boolean vararg() {
    return vararg;
  }

  int slots() {
    return slots;
  }

  int variables() {
    return variables;
  }

  List<Upvalue> upvalues() {
    return List.copyOf(upvalues);
  }

  /** Makes a variable that is not yet in sight. */
  LocalVariable declare(LuaString name, int pending) throws LuaSyntaxException {
    int slot = active.size() + pending;
    if (slot >= MAX_LOCALS) {
      throw limit(MAX_LOCALS, "local variables");
    }
    slots = Math.max(slots, slot + 1);
    return new LocalVariable(name, slot, variables++);
  }

  void activate(LocalVariable variable) {
    active.add(variable);
  }

  private LuaSyntaxException limit(int most, String what) {
    String function = line == 0 ? "main function" : "function at line " + line;
    return tokens.plain(function + " has more than " + most + " " + what, tokens.line());
  }

  Expression resolve(LuaString name, int at) throws LuaSyntaxException {
    LocalVariable local = find(name);
    if (local != null) {
      return new Expression.Local(local);
    }
    int upvalue = upvalue(name);
    return upvalue >= 0
        ? new Expression.UpvalueRef(upvalue, name)
        : new Expression.Global(name, at);
  }

  /** Notes that a resolved variable is assigned to. */
  void assigned(Expression target) {
    if (target instanceof Expression.Local(var variable)) {
      variable.reassign();
    } else if (target instanceof Expression.UpvalueRef(int index, LuaString _)) {
      FunctionScope scope = this;
      Upvalue upvalue = upvalues.get(index);
      while (upvalue.local() == null && scope.parent != null) {
        scope = scope.parent;
        upvalue = scope.upvalues.get(upvalue.outer());
      }
      if (upvalue.local() != null) {
        upvalue.local().reassign();
      }
    }
  }

  private @Nullable LocalVariable find(LuaString name) {
    for (int i = active.size() - 1; i >= 0; i--) {
      if (active.get(i).name().equals(name)) {
        return active.get(i);
      }
    }
    return null;
  }

  private int upvalue(LuaString name) throws LuaSyntaxException {
    for (int i = 0; i < upvalues.size(); i++) {
      if (upvalues.get(i).name().equals(name)) {
        return i;
      }
    }
    if (parent == null) {
      return -1;
    }
    LocalVariable local = parent.find(name);
    int outer = -1;
    if (local != null) {
      local.capture();
    } else {
      outer = parent.upvalue(name);
      if (outer < 0) {
        return -1;
      }
    }
    if (upvalues.size() >= MAX_UPVALUES) {
      throw limit(MAX_UPVALUES, "upvalues");
    }
    upvalues.add(new Upvalue(name, local, outer));
    return upvalues.size() - 1;
  }

  // ---- blocks, labels, jumps

  void enter(boolean loop) {
    blocks.add(new BlockScope(active.size(), labels.size(), loop));
  }

  /** Leaves the innermost block: binds its jumps, hands the rest to the block around it. */
  void leave() throws LuaSyntaxException {
    BlockScope block = blocks.removeLast();
    var rest = new ArrayList<PendingGoto>();
    for (PendingGoto jump : gotos) {
      KnownLabel label = labelFrom(jump.name, block.firstLabel);
      if (label == null) {
        jump.locals = Math.min(jump.locals, block.firstLocal);
        rest.add(jump);
      } else if (label.locals > jump.locals) {
        throw tokens.plain(
            "<goto "
                + jump.name
                + "> jumps into the scope of local '"
                + active.get(jump.locals).name()
                + "'",
            jump.line);
      } else {
        jump.statement.resolve(label.label);
      }
    }
    gotos = rest;
    while (active.size() > block.firstLocal) {
      active.removeLast();
    }
    while (labels.size() > block.firstLabel) {
      labels.removeLast();
    }
    if (blocks.isEmpty() && !gotos.isEmpty()) {
      PendingGoto jump = gotos.getFirst();
      throw tokens.plain("undefined label '" + jump.name + "'", jump.line);
    }
  }

  private @Nullable KnownLabel labelFrom(LuaString name, int first) {
    for (int i = labels.size() - 1; i >= first; i--) {
      if (labels.get(i).label.name().equals(name)) {
        return labels.get(i);
      }
    }
    return null;
  }

  Label label(LuaString name, int line) throws LuaSyntaxException {
    if (labelFrom(name, 0) != null) {
      throw tokens.plain("duplicate label '" + name + "'", line);
    }
    var label = new Label(name);
    labels.add(new KnownLabel(label, active.size()));
    return label;
  }

  /** A label that ends its block lies outside the scope of the block's variables. */
  void trailing(Label label) {
    for (KnownLabel known : labels) {
      if (known.label == label) {
        known.locals = blocks.getLast().firstLocal;
      }
    }
  }

  Statement jump(LuaString name, int line) {
    var statement = new Statement.Goto();
    // A backward jump binds at once: locals declared since then die.
    KnownLabel known = labelFrom(name, 0);
    if (known != null) {
      statement.resolve(known.label);
    } else {
      gotos.add(new PendingGoto(statement, name, line, active.size()));
    }
    return statement;
  }

  boolean inLoop() {
    return blocks.stream().anyMatch(block -> block.loop);
  }
}
