package io.weir.lua.engine.compile;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.syntax.Block;
import io.weir.lua.engine.syntax.Expression;
import io.weir.lua.engine.syntax.FunctionBody;
import io.weir.lua.engine.syntax.LocalVariable;
import io.weir.lua.engine.syntax.Statement;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Compiles statements; the operand stack is empty before and after each. */
final class StatementCompiler {
  private final Emitter out;
  private final CodeBuilder code;
  private final ExpressionCompiler expressions;
  private final LoopCompiler loops;
  private final Map<io.weir.lua.engine.syntax.Label, Label> labels = new IdentityHashMap<>();
  private final Deque<Label> breaks = new ArrayDeque<>();

  StatementCompiler(Emitter out) {
    this.out = out;
    this.code = out.code();
    this.expressions = new ExpressionCompiler(out);
    this.loops = new LoopCompiler(out, expressions, this);
  }

  /**
   * The whole body.
   *
   * @param array whether the arguments come as an array
   */
  void function(FunctionBody body, boolean array) {
    out.prologue();
    List<LocalVariable> parameters = body.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      LocalVariable parameter = parameters.get(i);
      if (array) {
        code.aload(Emitter.FIRST_ARGUMENT);
        out.pushInt(i);
        out.plainOperation("argument", Names.OBJECT, Names.OBJECTS, Names.I);
        declare(parameter, Kind.OBJECT);
      } else {
        if (!parameter.captured() && out.kindFor(parameter, Kind.OBJECT) == Kind.EITHER) {
          code.aload(Emitter.FIRST_ARGUMENT + i);
          declare(parameter, Kind.OBJECT);
          continue;
        }
        out.place(parameter, Emitter.FIRST_ARGUMENT + i, Kind.OBJECT);
        if (parameter.captured()) {
          code.aload(Emitter.FIRST_ARGUMENT + i);
          out.plainOperation("cell", Names.CELL, Names.OBJECT);
          code.astore(Emitter.FIRST_ARGUMENT + i);
        }
      }
    }
    if (body.vararg()) {
      code.aload(Emitter.FIRST_ARGUMENT);
      out.pushInt(parameters.size());
      out.plainOperation("rest", Names.OBJECTS, Names.OBJECTS, Names.I);
      int varargs = out.newReference();
      code.astore(varargs);
      out.setVarargs(varargs);
    }
    block(body.block());
    out.nothing();
    code.areturn();
  }

  void block(Block block) {
    int mark = out.mark();
    statements(block);
    out.release(mark);
  }

  private void statements(Block block) {
    for (Statement statement : block.statements()) {
      int mark = out.mark();
      statement(statement);
      boolean declares =
          statement instanceof Statement.LocalDeclaration
              || statement instanceof Statement.LocalFunction;
      if (!declares) {
        out.release(mark);
      }
    }
  }

  private void statement(Statement statement) {
    switch (statement) {
      case Statement.LocalDeclaration local -> local(local);
      case Statement.LocalFunction(var variable, var body, _) -> localFunction(variable, body);
      case Statement.Assignment assignment -> assignment(assignment);
      case Statement.CallStatement(var call, _) -> {
        expressions.result(call);
        code.pop();
      }
      case Statement.Do(var block) -> block(block);
      case Statement.If branch -> branch(branch);
      case Statement.While _,
          Statement.Repeat _,
          Statement.NumericFor _,
          Statement.GenericFor _ -> {
        LoopMethod method = out.function().separate(statement, out);
        if (method == null) {
          loop(statement);
        } else {
          method.call(out);
        }
      }
      case Statement.Return(var values, _) -> returns(values);
      case Statement.Break _ -> code.goto_(breaks.element());
      case Statement.Goto jump -> {
        out.step();
        code.goto_(label(jump.target()));
      }
      case Statement.LabelMark(var label) -> code.labelBinding(label(label));
    }
  }

  void loop(Statement statement) {
    switch (statement) {
      case Statement.While loop -> loops.whileLoop(loop);
      case Statement.Repeat loop -> loops.repeat(loop);
      case Statement.NumericFor loop -> loops.numeric(loop);
      case Statement.GenericFor loop -> loops.generic(loop);
      default -> throw new IllegalArgumentException("not a loop");
    }
  }

  private Label label(io.weir.lua.engine.syntax.Label label) {
    return labels.computeIfAbsent(label, _ -> code.newLabel());
  }

  /** The body of a loop that {@code break} leaves for a label. */
  void loopBody(Block body, Label end) {
    breaks.push(end);
    block(body);
    breaks.pop();
  }

  /** As {@link #loopBody}, for a loop whose condition sees the body's variables. */
  void openLoopBody(Block body, Label end) {
    breaks.push(end);
    statements(body);
    breaks.pop();
  }

  private void branch(Statement.If branch) {
    Label end = code.newLabel();
    for (Statement.Clause clause : branch.clauses()) {
      Label next = code.newLabel();
      expressions.conditions().jumpIfFalse(clause.condition(), next);
      block(clause.body());
      code.goto_(end).labelBinding(next);
    }
    if (branch.otherwise() != null) {
      block(branch.otherwise());
    }
    code.labelBinding(end);
  }

  private void returns(List<Expression> values) {
    if (values.isEmpty()) {
      out.nothing();
    } else if (values.size() > 1) {
      expressions.array(values);
    } else if (values.getFirst() instanceof Expression.Call
        || values.getFirst() instanceof Expression.MethodCall) {
      expressions.calls().tail(values.getFirst());
      return;
    } else {
      expressions.result(values.getFirst());
    }
    code.areturn();
  }

  // ---- variables

  /** Makes a variable of the value on the stack. */
  void declare(LocalVariable variable, Kind kind) {
    if (variable.captured()) {
      out.box(kind);
      int slot = out.allocate(variable, Kind.OBJECT);
      out.plainOperation("cell", Names.CELL, Names.OBJECT);
      code.astore(slot);
      return;
    }
    Kind kept = out.kindFor(variable, kind);
    if (kept == Kind.EITHER) {
      out.storeEither(kind, out.allocate(variable, kept));
    } else {
      if (kept == Kind.OBJECT) {
        out.box(kind);
      }
      out.store(kept, out.allocate(variable, kept));
    }
  }

  private void local(Statement.LocalDeclaration local) {
    List<LocalVariable> variables = local.variables();
    List<Expression> values = local.values();
    boolean simple = values.size() == variables.size() || values.isEmpty();
    if (!simple) {
      expressions.array(values);
      int array = out.keep(Kind.OBJECT);
      for (int i = 0; i < variables.size(); i++) {
        code.aload(array);
        out.pushInt(i);
        out.plainOperation("argument", Names.OBJECT, Names.OBJECTS, Names.I);
        declare(variables.get(i), Kind.OBJECT);
      }
      return;
    }
    if (values.isEmpty()) {
      for (LocalVariable variable : variables) {
        code.aconst_null();
        declare(variable, Kind.OBJECT);
      }
      return;
    }
    if (values.size() == 1) {
      declareOne(variables.getFirst(), values.getFirst());
      return;
    }
    Kind[] kinds = new Kind[values.size()];
    int[] kept = new int[values.size()];
    for (int i = 0; i < kinds.length; i++) {
      kinds[i] = expressions.one(values.get(i));
      kept[i] = out.keep(kinds[i]);
    }
    for (int i = 0; i < kinds.length; i++) {
      out.load(kinds[i], kept[i]);
      declare(variables.get(i), kinds[i]);
    }
  }

  private void declareOne(LocalVariable variable, Expression value) {
    int mark = out.mark();
    Kind kind = expressions.one(value);
    out.release(mark);
    declare(variable, kind);
  }

  private void localFunction(LocalVariable variable, FunctionBody body) {
    if (!variable.captured()) {
      expressions.object(new Expression.Closure(body));
      code.astore(out.allocate(variable, Kind.OBJECT));
      return;
    }
    int slot = out.allocate(variable, Kind.OBJECT);
    code.new_(Names.CELL)
        .dup()
        .aconst_null()
        .invokespecial(
            Names.CELL, ConstantDescs.INIT_NAME, MethodTypeDesc.of(Names.V, Names.OBJECT))
        .astore(slot);
    code.aload(slot);
    expressions.object(new Expression.Closure(body));
    code.putfield(Names.CELL, "value", Names.OBJECT);
  }

  // ---- assignment

  private void assignment(Statement.Assignment assignment) {
    List<Expression> targets = assignment.targets();
    List<Expression> values = assignment.values();
    int line = assignment.line();
    if (targets.size() == 1 && values.size() == 1) {
      single(targets.getFirst(), values.getFirst(), line);
      return;
    }
    if (unboxed(targets, values)) {
      parallel(targets, values);
      return;
    }
    int[][] prepared = new int[targets.size()][];
    for (int i = 0; i < prepared.length; i++) {
      prepared[i] = prepare(targets.get(i));
    }
    expressions.array(values);
    int array = out.keep(Kind.OBJECT);
    for (int i = prepared.length - 1; i >= 0; i--) {
      storeFrom(targets.get(i), prepared[i], array, i, line);
    }
  }

  /** Whether an assignment concerns variables only, one value for each. */
  private static boolean unboxed(List<Expression> targets, List<Expression> values) {
    return targets.size() == values.size()
        && targets.stream()
            .allMatch(t -> t instanceof Expression.Local(var variable) && !variable.captured());
  }

  private void parallel(List<Expression> targets, List<Expression> values) {
    Kind[] kinds = new Kind[values.size()];
    int[] kept = new int[values.size()];
    for (int i = 0; i < kinds.length; i++) {
      kinds[i] = expressions.one(values.get(i));
      kept[i] = out.keep(kinds[i]);
    }
    for (int i = kinds.length - 1; i >= 0; i--) {
      LocalVariable variable = ((Expression.Local) targets.get(i)).variable();
      out.load(kinds[i], kept[i]);
      if (out.kind(variable) == Kind.EITHER) {
        out.storeEither(kinds[i], out.slot(variable));
      } else {
        out.box(kinds[i]);
        code.astore(out.slot(variable));
      }
    }
  }

  /** Computes object and key of a target before the values. */
  private int[] prepare(Expression target) {
    if (!(target instanceof Expression.Index(var object, var key, _))) {
      return new int[0];
    }
    expressions.object(object);
    int o = out.keep(Kind.OBJECT);
    expressions.object(key);
    return new int[] {o, out.keep(Kind.OBJECT)};
  }

  private void storeFrom(Expression target, int[] prepared, int array, int index, int line) {
    if (target instanceof Expression.Index(var object, _, _)) {
      code.aload(prepared[0]).aload(prepared[1]);
      loadItem(array, index);
      out.operation(
          "setIndex",
          out.sites().add(line, object),
          Names.V,
          Names.OBJECT,
          Names.OBJECT,
          Names.OBJECT);
      return;
    }
    beforeValue(target);
    loadItem(array, index);
    afterValue(target, line);
  }

  private void loadItem(int array, int index) {
    code.aload(array);
    out.pushInt(index);
    out.plainOperation("argument", Names.OBJECT, Names.OBJECTS, Names.I);
  }

  private void single(Expression target, Expression value, int line) {
    if (!(target instanceof Expression.Index(var object, var key, _))) {
      if (target instanceof Expression.Local(var variable) && out.kind(variable) == Kind.EITHER) {
        out.storeEither(expressions.one(value), out.slot(variable));
        return;
      }
      beforeValue(target);
      expressions.object(value);
      afterValue(target, line);
      return;
    }
    int site = out.sites().add(line, object);
    expressions.object(object);
    if (key instanceof Expression.Constant(LuaString name)) {
      out.push(name);
      expressions.object(value);
      out.operation("setField", site, Names.V, Names.OBJECT, Names.STRING, Names.OBJECT);
      return;
    }
    Kind kind = expressions.one(key);
    expressions.object(value);
    switch (kind) {
      case NUMBER -> out.operation("setItem", site, Names.V, Names.OBJECT, Names.D, Names.OBJECT);
      case OBJECT ->
          out.operation("setIndex", site, Names.V, Names.OBJECT, Names.OBJECT, Names.OBJECT);
      case EITHER ->
          out.operation(
              "setIndex", site, Names.V, Names.OBJECT, Names.D, Names.OBJECT, Names.OBJECT);
    }
  }

  /** Pushes the cell that a value will be put into, if there is one. */
  private void beforeValue(Expression target) {
    switch (target) {
      case Expression.Local(var variable) -> {
        if (variable.captured()) {
          code.aload(out.slot(variable));
        }
      }
      case Expression.UpvalueRef(int index, _) ->
          code.aload(Emitter.THIS)
              .getfield(out.function().self(), FunctionCompiler.upvalueField(index), Names.CELL);
      default -> {}
    }
  }

  private void afterValue(Expression target, int line) {
    switch (target) {
      case Expression.Local(var variable) -> {
        if (variable.captured()) {
          code.putfield(Names.CELL, "value", Names.OBJECT);
        } else if (out.kind(variable) == Kind.EITHER) {
          out.storeEither(Kind.OBJECT, out.slot(variable));
        } else {
          code.astore(out.slot(variable));
        }
      }
      case Expression.UpvalueRef _ -> code.putfield(Names.CELL, "value", Names.OBJECT);
      case Expression.Global(var name, _) -> {
        code.aload(Emitter.THIS);
        out.push(name);
        out.operation(
            "setGlobal",
            out.sites().add(line),
            Names.V,
            Names.OBJECT,
            Names.FUNCTION,
            Names.STRING);
      }
      default -> throw new IllegalArgumentException("not a target");
    }
  }
}
