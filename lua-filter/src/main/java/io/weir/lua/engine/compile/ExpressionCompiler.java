package io.weir.lua.engine.compile;

import io.weir.lua.engine.ArithmeticOp;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.code.Prototype;
import io.weir.lua.engine.syntax.BinaryOp;
import io.weir.lua.engine.syntax.Expression;
import io.weir.lua.engine.syntax.FunctionBody;
import io.weir.lua.engine.syntax.LocalVariable;
import io.weir.lua.engine.syntax.Upvalue;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/** Compiles expressions; their values are left on the operand stack. */
final class ExpressionCompiler {
  private final Emitter out;
  private final CodeBuilder code;
  private final ConditionCompiler conditions;
  private final CallCompiler calls;
  private final TableCompiler tables;

  ExpressionCompiler(Emitter out) {
    this.out = out;
    this.code = out.code();
    this.conditions = new ConditionCompiler(out, this);
    this.calls = new CallCompiler(out, this);
    this.tables = new TableCompiler(out, this);
  }

  ConditionCompiler conditions() {
    return conditions;
  }

  CallCompiler calls() {
    return calls;
  }

  /** One value, in whatever form it comes cheapest. */
  Kind one(Expression expression) {
    switch (expression) {
      case Expression.Constant(Double number) -> {
        code.loadConstant((double) number);
        return Kind.NUMBER;
      }
      case Expression.Constant(var value) -> constant(value);
      case Expression.Vararg _ -> {
        out.loadVarargs();
        out.pushInt(0);
        out.plainOperation("argument", Names.OBJECT, Names.OBJECTS, Names.I);
      }
      case Expression.Closure(var body) -> closure(body);
      case Expression.Local(var variable) -> {
        return local(variable);
      }
      case Expression.UpvalueRef(int index, _) -> {
        code.aload(Emitter.THIS)
            .getfield(out.function().self(), FunctionCompiler.upvalueField(index), Names.CELL);
        out.cellValue();
      }
      case Expression.Global(var name, int line) -> {
        code.aload(Emitter.THIS);
        out.push(name);
        out.pushGuesses();
        int site = out.sites().add(line);
        out.operation("global", site, Names.OBJECT, Names.FUNCTION, Names.STRING, Names.INTS);
      }
      case Expression.Index index -> index(index);
      case Expression.Call call -> {
        if (NumericNames.likely(call)) {
          calls.numeric(call);
          return Kind.EITHER;
        }
        calls.call(call);
        out.first();
      }
      case Expression.MethodCall call -> {
        calls.method(call);
        out.first();
      }
      case Expression.Binary binary -> {
        return binary(binary);
      }
      case Expression.And(var left, var right) -> shortCircuit(left, right, true);
      case Expression.Or(var left, var right) -> shortCircuit(left, right, false);
      case Expression.Unary unary -> {
        return unary(unary);
      }
      case Expression.Parenthesized(var inner) -> {
        return one(inner);
      }
      case Expression.TableConstructor table -> tables.constructor(table);
    }
    return Kind.OBJECT;
  }

  /** One value as a reference. */
  void object(Expression expression) {
    if (expression instanceof Expression.Constant(Double number)) {
      out.push(number, Names.DOUBLE);
      return;
    }
    out.box(one(expression));
  }

  /**
   * An operand that is used after others have been computed. Variables that no inner function sees
   * cannot change meanwhile, so they stay where they are.
   */
  Operand operand(Expression expression) {
    if (expression instanceof Expression.Constant(Double number)) {
      return new Operand(Kind.NUMBER, -1, number);
    }
    if (expression instanceof Expression.Local(var variable) && !variable.captured()) {
      return new Operand(out.kind(variable), out.slot(variable), null);
    }
    Kind kind = one(expression);
    return new Operand(kind, out.keep(kind), null);
  }

  /** All values: a result, as of a call. */
  void result(Expression expression) {
    switch (expression) {
      case Expression.Call call -> calls.call(call);
      case Expression.MethodCall call -> calls.method(call);
      case Expression.Vararg _ -> out.loadVarargs();
      default -> object(expression);
    }
  }

  /** Several expressions, the last with all its values, as an array. */
  void array(List<Expression> list) {
    if (list.isEmpty()) {
      out.nothing();
      return;
    }
    boolean open = list.getLast().multiple();
    if (open && list.size() == 1) {
      result(list.getFirst());
      code.invokestatic(Names.VALUES, "all", MethodTypeDesc.of(Names.OBJECTS, Names.OBJECT));
      return;
    }
    int fixed = open ? list.size() - 1 : list.size();
    out.pushInt(fixed);
    code.anewarray(Names.OBJECT);
    for (int i = 0; i < fixed; i++) {
      code.dup();
      out.pushInt(i);
      object(list.get(i));
      code.aastore();
    }
    if (open) {
      result(list.getLast());
      code.invokestatic(
          Names.VALUES, "append", MethodTypeDesc.of(Names.OBJECTS, Names.OBJECTS, Names.OBJECT));
    }
  }

  private void constant(@org.jspecify.annotations.Nullable Object value) {
    switch (value) {
      case null -> code.aconst_null();
      case Boolean bool -> code.getstatic(Names.BOOLEAN, bool ? "TRUE" : "FALSE", Names.BOOLEAN);
      case LuaString text -> out.push(text);
      default -> out.push(value, Names.OBJECT);
    }
  }

  private Kind local(LocalVariable variable) {
    int slot = out.slot(variable);
    if (variable.captured()) {
      code.aload(slot);
      out.cellValue();
      return Kind.OBJECT;
    }
    Kind kind = out.kind(variable);
    out.load(kind, slot);
    return kind;
  }

  private void closure(FunctionBody body) {
    Prototype prototype = out.function().nested(body);
    boolean compiled = prototype instanceof CompiledCode;
    if (prototype instanceof CompiledCode inner) {
      out.push(inner.factory(), Names.HANDLE);
    } else {
      out.push(prototype, Names.of(Prototype.class));
    }
    out.loadState();
    code.aload(Emitter.THIS)
        .invokevirtual(Names.FUNCTION, "environment", MethodTypeDesc.of(Names.TABLE));
    cells(body.upvalues());
    if (compiled) {
      code.invokevirtual(
          Names.HANDLE,
          "invokeExact",
          MethodTypeDesc.of(Names.LUA_CLOSURE, Names.STATE, Names.TABLE, Names.CELLS));
    } else {
      code.invokevirtual(
          Names.of(Prototype.class),
          "instantiate",
          MethodTypeDesc.of(Names.LUA_CLOSURE, Names.STATE, Names.TABLE, Names.CELLS));
    }
  }

  private void cells(List<Upvalue> upvalues) {
    out.pushInt(upvalues.size());
    code.anewarray(Names.CELL);
    for (int i = 0; i < upvalues.size(); i++) {
      code.dup();
      out.pushInt(i);
      LocalVariable local = upvalues.get(i).local();
      if (local != null) {
        code.aload(out.slot(local));
      } else {
        code.aload(Emitter.THIS)
            .getfield(
                out.function().self(),
                FunctionCompiler.upvalueField(upvalues.get(i).outer()),
                Names.CELL);
      }
      code.aastore();
    }
  }

  private void index(Expression.Index index) {
    object(index.object());
    int site = out.sites().add(index.line(), index.object());
    if (index.key() instanceof Expression.Constant(LuaString name)) {
      out.push(name);
      out.pushGuesses();
      out.operation("field", site, Names.OBJECT, Names.OBJECT, Names.STRING, Names.INTS);
      return;
    }
    switch (one(index.key())) {
      case NUMBER -> out.operation("item", site, Names.OBJECT, Names.OBJECT, Names.D);
      case OBJECT -> out.operation("index", site, Names.OBJECT, Names.OBJECT, Names.OBJECT);
      case EITHER ->
          out.operation("index", site, Names.OBJECT, Names.OBJECT, Names.D, Names.OBJECT);
    }
  }

  private void shortCircuit(Expression left, Expression right, boolean and) {
    object(left);
    code.dup().invokestatic(Names.TYPES, "truthy", MethodTypeDesc.of(Names.Z, Names.OBJECT));
    Label end = code.newLabel();
    if (and) {
      code.ifeq(end);
    } else {
      code.ifne(end);
    }
    code.pop();
    object(right);
    code.labelBinding(end);
  }

  private Kind unary(Expression.Unary unary) {
    switch (unary.op()) {
      case NOT -> conditions.value(unary);
      case LENGTH -> {
        object(unary.operand());
        int site = out.sites().add(unary.line(), unary.operand());
        out.operation("length", site, Names.OBJECT, Names.OBJECT);
      }
      case MINUS -> {
        return minus(unary);
      }
    }
    return Kind.OBJECT;
  }

  private Kind minus(Expression.Unary unary) {
    Operand operand = operand(unary.operand());
    if (operand.number()) {
      out.loadNumber(operand);
      code.dneg();
      return Kind.NUMBER;
    }
    int site = out.sites().add(unary.line(), unary.operand());
    Label slow = code.newLabel();
    Label end = code.newLabel();
    out.requireNumber(operand, slow);
    out.loadNumber(operand);
    code.dneg();
    out.unboxed();
    code.goto_(end).labelBinding(slow);
    out.loadObject(operand);
    out.operation("negate", site, Names.OBJECT, Names.OBJECT);
    out.either();
    code.labelBinding(end);
    return Kind.EITHER;
  }

  private Kind binary(Expression.Binary binary) {
    return switch (binary.op()) {
      case ADD -> arithmetic(binary, ArithmeticOp.ADD);
      case SUB -> arithmetic(binary, ArithmeticOp.SUB);
      case MUL -> arithmetic(binary, ArithmeticOp.MUL);
      case DIV -> arithmetic(binary, ArithmeticOp.DIV);
      case MOD -> arithmetic(binary, ArithmeticOp.MOD);
      case POW -> arithmetic(binary, ArithmeticOp.POW);
      case CONCAT -> {
        concat(binary);
        yield Kind.OBJECT;
      }
      default -> {
        conditions.value(binary);
        yield Kind.OBJECT;
      }
    };
  }

  /**
   * The fast path stands in the code itself, so that the JVM learns for each place by itself that
   * both operands are numbers.
   */
  private Kind arithmetic(Expression.Binary binary, ArithmeticOp op) {
    int site = out.sites().add(binary.line(), binary.left(), binary.right());
    Operand left = operand(binary.left());
    Operand right = operand(binary.right());
    if (left.number() && right.number()) {
      out.loadNumber(left);
      out.loadNumber(right);
      operator(op);
      return Kind.NUMBER;
    }
    Label slow = code.newLabel();
    Label end = code.newLabel();
    out.requireNumber(left, slow);
    out.requireNumber(right, slow);
    out.loadNumber(left);
    out.loadNumber(right);
    operator(op);
    out.unboxed();
    code.goto_(end).labelBinding(slow);
    out.loadObject(left);
    out.loadObject(right);
    out.pushInt(op.ordinal());
    out.operation("arithmetic", site, Names.OBJECT, Names.OBJECT, Names.OBJECT, Names.I);
    out.either();
    code.labelBinding(end);
    return Kind.EITHER;
  }

  private void operator(ArithmeticOp op) {
    switch (op) {
      case ADD -> code.dadd();
      case SUB -> code.dsub();
      case MUL -> code.dmul();
      case DIV -> code.ddiv();
      case MOD ->
          code.invokestatic(Names.ARITHMETIC, "mod", MethodTypeDesc.of(Names.D, Names.D, Names.D));
      case POW ->
          code.invokestatic(
              Names.of(Math.class), "pow", MethodTypeDesc.of(Names.D, Names.D, Names.D));
      case UNM -> throw new IllegalArgumentException("unary");
    }
  }

  private void concat(Expression.Binary binary) {
    var operands = new ArrayList<Expression>();
    Expression rest = binary;
    while (rest instanceof Expression.Binary(BinaryOp op, var left, var right, _)
        && op == BinaryOp.CONCAT) {
      operands.add(left);
      rest = right;
    }
    operands.add(rest);
    int site = out.sites().add(binary.line(), operands.toArray(Expression[]::new));
    if (operands.size() == 2) {
      object(operands.get(0));
      object(operands.get(1));
      out.operation("concat", site, Names.OBJECT, Names.OBJECT, Names.OBJECT);
      return;
    }
    out.pushInt(operands.size());
    code.anewarray(Names.OBJECT);
    for (int i = 0; i < operands.size(); i++) {
      code.dup();
      out.pushInt(i);
      object(operands.get(i));
      code.aastore();
    }
    out.operation("concat", site, Names.OBJECT, Names.OBJECTS);
  }
}
