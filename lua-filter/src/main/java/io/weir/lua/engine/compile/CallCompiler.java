package io.weir.lua.engine.compile;

import io.weir.lua.engine.syntax.Expression;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.List;

/** Compiles calls; what they leave is the call's result, not yet cut to one value. */
final class CallCompiler {
  private static final int MOST_FIXED = 3;
  private static final MethodTypeDesc INVOKE = MethodTypeDesc.of(Names.OBJECT, Names.OBJECTS);

  private final Emitter out;
  private final CodeBuilder code;
  private final ExpressionCompiler expressions;

  CallCompiler(Emitter out, ExpressionCompiler expressions) {
    this.out = out;
    this.code = out.code();
    this.expressions = expressions;
  }

  void call(Expression.Call call) {
    int site = out.sites().addCall(call.line(), call.function());
    expressions.object(call.function());
    callable();
    List<Expression> arguments = call.arguments();
    if (fixed(arguments, MOST_FIXED)) {
      arguments.forEach(expressions::object);
      out.at(site);
      invokeFixed(arguments.size());
    } else {
      expressions.array(arguments);
      out.at(site);
      code.invokevirtual(Names.FUNCTION, "invoke", INVOKE);
    }
  }

  /**
   * A call that looks like one of a function from numbers to a number: such functions are called
   * with doubles, others as ever.
   */
  void numeric(Expression.Call call) {
    int site = out.sites().addCall(call.line(), call.function());
    expressions.object(call.function());
    int function = out.keep(Kind.OBJECT);
    int count = call.arguments().size();
    List<Operand> operands = call.arguments().stream().map(expressions::operand).toList();
    ClassDesc type = count == 1 ? Names.NUMBER_FUNCTION : Names.NUMBER_PAIR_FUNCTION;
    Label slow = code.newLabel();
    Label end = code.newLabel();
    code.aload(function).instanceOf(type).ifeq(slow);
    if (count > 2) {
      code.aload(function)
          .checkcast(type)
          .invokevirtual(type, "folds", MethodTypeDesc.of(Names.Z))
          .ifeq(slow);
    }
    operands.forEach(operand -> out.requireNumber(operand, slow));
    apply(type, function, operands);
    out.unboxed();
    code.goto_(end).labelBinding(slow);
    code.aload(function);
    operands.forEach(out::loadObject);
    ClassDesc[] types = new ClassDesc[count + 1];
    Arrays.fill(types, Names.OBJECT);
    out.operation("call", site, Names.OBJECT, types);
    out.either();
    code.labelBinding(end);
  }

  private void apply(ClassDesc type, int function, List<Operand> operands) {
    code.aload(function).checkcast(type);
    out.loadNumber(operands.getFirst());
    if (operands.size() == 1) {
      code.invokevirtual(type, "apply", MethodTypeDesc.of(Names.D, Names.D));
      return;
    }
    MethodTypeDesc pair = MethodTypeDesc.of(Names.D, Names.D, Names.D);
    for (int i = 1; i < operands.size(); i++) {
      if (i > 1) {
        int left = out.keep(Kind.NUMBER);
        code.aload(function).checkcast(type).dload(left);
      }
      out.loadNumber(operands.get(i));
      code.invokevirtual(type, "apply", pair);
    }
  }

  void method(Expression.MethodCall call) {
    int site = out.sites().addMethod(call.line(), call.name());
    int self = lookUp(call);
    List<Expression> arguments = call.arguments();
    code.aload(self);
    if (fixed(arguments, MOST_FIXED - 1)) {
      arguments.forEach(expressions::object);
      out.at(site);
      invokeFixed(arguments.size() + 1);
    } else {
      withSelf(arguments);
      out.at(site);
      code.invokevirtual(Names.FUNCTION, "invoke", INVOKE);
    }
  }

  /** Pushes the method, a function, and keeps the object. */
  private int lookUp(Expression.MethodCall call) {
    int lookup = out.sites().add(call.line(), call.object());
    expressions.object(call.object());
    int self = out.keep(Kind.OBJECT);
    code.aload(self);
    out.push(call.name());
    out.pushGuesses();
    out.operation("field", lookup, Names.OBJECT, Names.OBJECT, Names.STRING, Names.INTS);
    callable();
    return self;
  }

  /** The object lies on the stack; makes an array of it and the arguments. */
  private void withSelf(List<Expression> arguments) {
    expressions.array(arguments);
    code.invokestatic(
        Names.VALUES, "prepend", MethodTypeDesc.of(Names.OBJECTS, Names.OBJECT, Names.OBJECTS));
  }

  private static boolean fixed(List<Expression> arguments, int most) {
    return arguments.size() <= most && (arguments.isEmpty() || !arguments.getLast().multiple());
  }

  /** Makes a function of the value on the stack. */
  private void callable() {
    Label function = code.newLabel();
    code.dup().instanceOf(Names.FUNCTION).ifne(function);
    out.loadState();
    out.plainOperation("callable", Names.OBJECT, Names.OBJECT, Names.STATE);
    code.labelBinding(function).checkcast(Names.FUNCTION);
  }

  private void invokeFixed(int count) {
    ClassDesc[] arguments = new ClassDesc[count];
    Arrays.fill(arguments, Names.OBJECT);
    code.invokevirtual(Names.FUNCTION, "call", MethodTypeDesc.of(Names.OBJECT, arguments));
  }

  // ---- tail calls

  /** A call as the last thing of a function: a Lua function runs when this frame is gone. */
  void tail(Expression expression) {
    int site;
    int[] slots;
    int function;
    if (expression instanceof Expression.MethodCall call) {
      site = out.sites().addMethod(call.line(), call.name());
      int self = lookUp(call);
      function = keepFunction();
      if (!fixed(call.arguments(), MOST_FIXED - 1)) {
        code.aload(self);
        withSelf(call.arguments());
        tailArray(site, function);
        return;
      }
      slots = new int[call.arguments().size() + 1];
      slots[0] = self;
      keepAll(call.arguments(), slots, 1);
    } else if (expression instanceof Expression.Call call) {
      site = out.sites().addCall(call.line(), call.function());
      expressions.object(call.function());
      callable();
      function = keepFunction();
      if (!fixed(call.arguments(), MOST_FIXED)) {
        expressions.array(call.arguments());
        tailArray(site, function);
        return;
      }
      slots = new int[call.arguments().size()];
      keepAll(call.arguments(), slots, 0);
    } else {
      throw new IllegalArgumentException("not a call");
    }
    tailFixed(site, function, slots);
  }

  private int keepFunction() {
    return out.keep(Kind.OBJECT);
  }

  private void keepAll(List<Expression> arguments, int[] slots, int from) {
    for (int i = 0; i < arguments.size(); i++) {
      expressions.object(arguments.get(i));
      slots[from + i] = out.keep(Kind.OBJECT);
    }
  }

  private void tailFixed(int site, int function, int[] slots) {
    Label builtin = code.newLabel();
    code.aload(function).instanceOf(Names.LUA_CLOSURE).ifeq(builtin);
    code.aload(function);
    out.pushInt(slots.length);
    code.anewarray(Names.OBJECT);
    for (int i = 0; i < slots.length; i++) {
      code.dup();
      out.pushInt(i);
      code.aload(slots[i]).aastore();
    }
    defer();
    code.labelBinding(builtin);
    out.at(site);
    leave(function);
    code.aload(function);
    for (int slot : slots) {
      code.aload(slot);
    }
    invokeFixed(slots.length);
    code.areturn();
  }

  private void tailArray(int site, int function) {
    int arguments = out.keep(Kind.OBJECT);
    Label builtin = code.newLabel();
    code.aload(function).instanceOf(Names.LUA_CLOSURE).ifeq(builtin);
    code.aload(function).aload(arguments);
    defer();
    code.labelBinding(builtin);
    out.at(site);
    leave(function);
    code.aload(function).aload(arguments).invokevirtual(Names.FUNCTION, "invoke", INVOKE);
    code.areturn();
  }

  private void defer() {
    out.loadState();
    out.plainOperation("tail", Names.OBJECT, Names.FUNCTION, Names.OBJECTS, Names.STATE);
    code.areturn();
  }

  /** The frame is gone for a built-in too: its errors are its caller's caller's. */
  private void leave(int function) {
    code.aload(function).aload(Emitter.STACK).iload(Emitter.PLACE);
    out.plainOperation("leave", Names.V, Names.FUNCTION, Names.STACK, Names.I);
  }
}
