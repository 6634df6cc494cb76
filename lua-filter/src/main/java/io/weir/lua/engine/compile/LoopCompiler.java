package io.weir.lua.engine.compile;

import io.weir.lua.engine.syntax.Expression;
import io.weir.lua.engine.syntax.LocalVariable;
import io.weir.lua.engine.syntax.Statement;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compiles loops. Every round is a step of the budget. */
final class LoopCompiler {
  private static final int START = 0;
  private static final int LIMIT = 1;
  private static final int STEP = 2;

  private final Emitter out;
  private final CodeBuilder code;
  private final ExpressionCompiler expressions;
  private final StatementCompiler statements;
  private final Map<Expression, Kind> boundKinds = new IdentityHashMap<>();

  LoopCompiler(Emitter out, ExpressionCompiler expressions, StatementCompiler statements) {
    this.out = out;
    this.code = out.code();
    this.expressions = expressions;
    this.statements = statements;
  }

  void whileLoop(Statement.While loop) {
    Label head = code.newBoundLabel();
    Label end = code.newLabel();
    expressions.conditions().jumpIfFalse(loop.condition(), end);
    out.step();
    statements.loopBody(loop.body(), end);
    code.goto_(head).labelBinding(end);
  }

  void repeat(Statement.Repeat loop) {
    Label head = code.newBoundLabel();
    Label end = code.newLabel();
    out.step();
    statements.openLoopBody(loop.body(), end);
    expressions.conditions().jumpIfFalse(loop.condition(), head);
    code.labelBinding(end);
  }

  // ---- numeric

  void numeric(Statement.NumericFor loop) {
    int site = out.sites().add(loop.line());
    int index = evaluate(loop.start());
    int limit = evaluate(loop.limit());
    Double fixedStep =
        loop.step() == null
            ? Double.valueOf(1)
            : loop.step() instanceof Expression.Constant(Double number) ? number : null;
    int step = fixedStep == null && loop.step() != null ? evaluate(loop.step()) : -1;
    int i = toDouble(index, loop.start(), START, site);
    int end = toDouble(limit, loop.limit(), LIMIT, site);
    int by = step < 0 ? -1 : toDouble(step, loop.step(), STEP, site);
    Label head = code.newBoundLabel();
    Label done = code.newLabel();
    test(i, end, by, fixedStep, done);
    out.step();
    variable(loop.variable(), i);
    statements.loopBody(loop.body(), done);
    code.dload(i);
    if (fixedStep == null) {
      code.dload(by);
    } else {
      code.loadConstant((double) fixedStep);
    }
    code.dadd().dstore(i).goto_(head).labelBinding(done);
  }

  /** Keeps a bound, as a double if it is known to be one. */
  private int evaluate(Expression bound) {
    Kind kind = expressions.one(bound);
    boundKinds.put(bound, kind);
    return out.keep(kind);
  }

  private int toDouble(int slot, @Nullable Expression bound, int part, int site) {
    if (bound != null && boundKinds.get(bound) == Kind.NUMBER) {
      return slot;
    }
    Kind kind = bound == null ? Kind.OBJECT : boundKinds.getOrDefault(bound, Kind.OBJECT);
    out.load(kind, slot);
    out.box(kind);
    out.pushInt(part);
    out.operation("loopNumber", site, Names.D, Names.OBJECT, Names.I);
    int number = out.newDouble();
    code.dstore(number);
    return number;
  }

  private void test(int i, int end, int by, @Nullable Double fixedStep, Label done) {
    if (fixedStep == null) {
      code.dload(i).dload(end).dload(by);
      out.plainOperation("loopGoesOn", Names.Z, Names.D, Names.D, Names.D);
      code.ifeq(done);
    } else if (fixedStep >= 0) {
      code.dload(i).dload(end).dcmpg().ifgt(done);
    } else {
      code.dload(i).dload(end).dcmpl().iflt(done);
    }
  }

  private void variable(LocalVariable variable, int index) {
    if (!variable.captured() && !variable.reassigned()) {
      out.place(variable, index, Kind.NUMBER);
      return;
    }
    code.dload(index);
    statements.declare(variable, Kind.NUMBER);
  }

  // ---- generic

  /**
   * A loop over {@code pairs} or {@code ipairs} of a table walks the table itself; others call
   * their iterator. All three share the body.
   */
  void generic(Statement.GenericFor loop) {
    int site = out.sites().addCall(loop.line(), null);
    int iterator = out.newReference();
    int subject = out.newReference();
    int control = out.newReference();
    threeValues(loop.values(), iterator, subject, control);
    int kind = out.newInt();
    code.aload(iterator).aload(subject).aload(control);
    out.plainOperation("loopKind", Names.I, Names.OBJECT, Names.OBJECT, Names.OBJECT);
    code.istore(kind);
    int at = out.newInt();
    out.pushInt(0);
    code.istore(at);
    int first = out.newReference();
    int second = out.newReference();
    int result = out.newReference();
    code.aconst_null().astore(result);
    Label head = code.newBoundLabel();
    Label done = code.newLabel();
    Label calls = code.newLabel();
    Label items = code.newLabel();
    Label body = code.newLabel();
    code.iload(kind).ifeq(calls);
    code.iload(kind);
    out.pushInt(1);
    code.if_icmpne(items);
    entries(subject, at, first, second, done);
    code.goto_(body).labelBinding(items);
    items(subject, at, first, second, done);
    code.goto_(body).labelBinding(calls);
    call(site, iterator, subject, control, result, first, second, done);
    code.labelBinding(body);
    out.step();
    variables(loop.variables(), first, second, result);
    statements.loopBody(loop.body(), done);
    code.goto_(head).labelBinding(done);
  }

  private void threeValues(List<Expression> values, int... slots) {
    if (values.size() == 3 && !values.getLast().multiple()) {
      for (int i = 0; i < 3; i++) {
        expressions.object(values.get(i));
        code.astore(slots[i]);
      }
      return;
    }
    expressions.array(values);
    int array = out.keep(Kind.OBJECT);
    for (int i = 0; i < 3; i++) {
      code.aload(array);
      out.pushInt(i);
      out.plainOperation("argument", Names.OBJECT, Names.OBJECTS, Names.I);
      code.astore(slots[i]);
    }
  }

  private void entries(int subject, int at, int first, int second, Label done) {
    code.aload(subject)
        .checkcast(Names.TABLE)
        .iload(at)
        .invokevirtual(Names.TABLE, "position", MethodTypeDesc.of(Names.I, Names.I))
        .istore(at);
    code.iload(at).iflt(done);
    code.aload(subject)
        .checkcast(Names.TABLE)
        .iload(at)
        .invokevirtual(Names.TABLE, "keyAt", MethodTypeDesc.of(Names.OBJECT, Names.I))
        .astore(first);
    code.aload(subject)
        .checkcast(Names.TABLE)
        .iload(at)
        .invokevirtual(Names.TABLE, "valueAt", MethodTypeDesc.of(Names.OBJECT, Names.I))
        .astore(second);
    code.iinc(at, 1);
  }

  private void items(int subject, int at, int first, int second, Label done) {
    code.iinc(at, 1);
    code.aload(subject)
        .checkcast(Names.TABLE)
        .iload(at)
        .invokevirtual(Names.TABLE, "get", MethodTypeDesc.of(Names.OBJECT, Names.I))
        .dup()
        .astore(second);
    code.ifnull(done);
    code.iload(at).i2d();
    out.box(Kind.NUMBER);
    code.astore(first);
  }

  private void call(
      int site,
      int iterator,
      int subject,
      int control,
      int result,
      int first,
      int second,
      Label done) {
    out.at(site);
    out.loadState();
    code.aload(iterator)
        .aload(subject)
        .aload(control)
        .invokestatic(
            Names.of(io.weir.lua.engine.Calls.class),
            "call",
            MethodTypeDesc.of(Names.OBJECT, Names.STATE, Names.OBJECT, Names.OBJECT, Names.OBJECT))
        .dup()
        .astore(result);
    out.first();
    code.dup().astore(control).astore(first);
    code.aload(first).ifnull(done);
    value(result, 1);
    code.astore(second);
  }

  private void value(int result, int index) {
    code.aload(result);
    out.pushInt(index);
    code.invokestatic(Names.VALUES, "get", MethodTypeDesc.of(Names.OBJECT, Names.OBJECT, Names.I));
  }

  private void variables(List<LocalVariable> variables, int first, int second, int result) {
    for (int i = 0; i < variables.size(); i++) {
      switch (i) {
        case 0 -> code.aload(first);
        case 1 -> code.aload(second);
        // Only calls give more than two values; the walks leave the result nil.
        default -> value(result, i);
      }
      statements.declare(variables.get(i), Kind.OBJECT);
    }
  }
}
