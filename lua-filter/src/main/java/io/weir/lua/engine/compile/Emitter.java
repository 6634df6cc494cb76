package io.weir.lua.engine.compile;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.code.Sites;
import io.weir.lua.engine.syntax.LocalVariable;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Writes one function's bytecode: the code builder with the JVM locals that every function has, and
 * where its Lua variables live.
 */
final class Emitter {
  static final int THIS = 0;
  static final int STACK = 1;
  static final int PLACE = 2;
  static final int FIRST_ARGUMENT = 3;

  private final FunctionCompiler function;
  private final CodeBuilder code;
  private final int state;
  private final Map<LocalVariable, Integer> slots = new HashMap<>();
  private final Map<LocalVariable, Kind> kinds = new HashMap<>();
  private final Set<LocalVariable> numeric;
  private int varargs = -1;
  private int next;

  /**
   * @param arguments how many the method has beside stack and place
   */
  Emitter(FunctionCompiler function, CodeBuilder code, int arguments) {
    this.function = function;
    this.code = code;
    this.numeric = NumericVariables.of(function.body());
    this.next = FIRST_ARGUMENT + arguments;
    this.state = newReference();
  }

  CodeBuilder code() {
    return code;
  }

  FunctionCompiler function() {
    return function;
  }

  Sites sites() {
    return function.sites();
  }

  // ---- JVM locals

  void loadState() {
    code.aload(state);
  }

  /** Reads the state into its local, at the start. */
  void prologue() {
    code.aload(THIS).getfield(Names.CLOSURE, "state", Names.STATE).astore(state);
  }

  /** Where {@link #release} returns to: locals made from here on are for a while only. */
  int mark() {
    return next;
  }

  void release(int mark) {
    next = mark;
  }

  int newReference() {
    return next++;
  }

  int newDouble() {
    int slot = next;
    next += 2;
    return slot;
  }

  int newInt() {
    return next++;
  }

  private int newSlot(Kind kind) {
    return switch (kind) {
      case OBJECT -> newReference();
      case NUMBER -> newDouble();
      case EITHER -> {
        int slot = newReference();
        newDouble();
        yield slot;
      }
    };
  }

  /** Gives a variable JVM locals. */
  int allocate(LocalVariable variable, Kind kind) {
    int slot = newSlot(kind);
    slots.put(variable, slot);
    kinds.put(variable, kind);
    return slot;
  }

  /** Makes a variable live in a JVM local that is there already. */
  void place(LocalVariable variable, int slot, Kind kind) {
    slots.put(variable, slot);
    kinds.put(variable, kind);
  }

  /** Whether a variable is in sight. */
  boolean placed(LocalVariable variable) {
    return slots.containsKey(variable);
  }

  int slot(LocalVariable variable) {
    Integer slot = slots.get(variable);
    if (slot == null) {
      throw new IllegalArgumentException("no local for " + variable.name());
    }
    return slot;
  }

  /** How a variable is kept that starts with a value of some kind. */
  Kind kindFor(LocalVariable variable, Kind initial) {
    if (!variable.reassigned()) {
      return initial;
    }
    return numeric.contains(variable) ? Kind.EITHER : Kind.OBJECT;
  }

  Kind kind(LocalVariable variable) {
    return kinds.getOrDefault(variable, Kind.OBJECT);
  }

  // ---- values in JVM locals

  /** Moves the value on the stack into locals of its own. */
  int keep(Kind kind) {
    int slot = newSlot(kind);
    store(kind, slot);
    return slot;
  }

  void store(Kind kind, int slot) {
    switch (kind) {
      case OBJECT -> code.astore(slot);
      case NUMBER -> code.dstore(slot);
      case EITHER -> code.astore(slot).dstore(slot + 1);
    }
  }

  void load(Kind kind, int slot) {
    switch (kind) {
      case OBJECT -> code.aload(slot);
      case NUMBER -> code.dload(slot);
      case EITHER -> code.dload(slot + 1).aload(slot);
    }
  }

  /** Stores the value on the stack into locals of kind {@link Kind#EITHER}. */
  void storeEither(Kind kind, int slot) {
    switch (kind) {
      case OBJECT -> {
        code.dup();
        plainOperation("number", Names.D, Names.OBJECT);
        code.dstore(slot + 1);
        plainOperation("rest", Names.OBJECT, Names.OBJECT);
        code.astore(slot);
      }
      case NUMBER -> {
        code.dstore(slot + 1);
        unboxed();
        code.astore(slot);
      }
      case EITHER -> store(Kind.EITHER, slot);
    }
  }

  /** Pushes what stands in the place of the reference when the value is a double. */
  void unboxed() {
    code.getstatic(Names.OPERATIONS, "UNBOXED", Names.OBJECT);
  }

  /** Makes a value of kind {@link Kind#EITHER} of a reference that is hardly ever a number. */
  void either() {
    int slot = newReference();
    code.astore(slot).dconst_0().aload(slot);
  }

  /** Goes on only if an operand is a number. */
  void requireNumber(Operand operand, Label otherwise) {
    switch (operand.kind()) {
      case OBJECT -> code.aload(operand.slot()).instanceOf(Names.DOUBLE).ifeq(otherwise);
      case NUMBER -> {}
      case EITHER -> {
        code.aload(operand.slot());
        unboxed();
        code.if_acmpne(otherwise);
      }
    }
  }

  /** Pushes an operand, known to be a number, as a double. */
  void loadNumber(Operand operand) {
    switch (operand.kind()) {
      case OBJECT -> {
        code.aload(operand.slot());
        unbox();
      }
      case NUMBER -> {
        if (operand.constant() != null) {
          code.loadConstant((double) operand.constant());
        } else {
          code.dload(operand.slot());
        }
      }
      case EITHER -> code.dload(operand.slot() + 1);
    }
  }

  /** Pushes an operand as a reference. */
  void loadObject(Operand operand) {
    if (operand.constant() != null) {
      push(operand.constant(), Names.DOUBLE);
      return;
    }
    load(operand.kind(), operand.slot());
    box(operand.kind());
  }

  void setVarargs(int slot) {
    varargs = slot;
  }

  void loadVarargs() {
    code.aload(varargs);
  }

  // ---- constants

  void push(LuaString text) {
    function.push(code, text, Names.STRING);
  }

  void push(Object value, ClassDesc type) {
    function.push(code, value, type);
  }

  void pushGuesses() {
    function.pushGuesses(code);
  }

  void pushInt(int value) {
    code.loadConstant(value);
  }

  void nothing() {
    code.getstatic(Names.VALUES, "NONE", Names.OBJECTS);
  }

  // ---- conversions

  /** Makes a reference of what lies on the stack. */
  void box(Kind kind) {
    switch (kind) {
      case OBJECT -> {}
      case NUMBER ->
          code.invokestatic(Names.DOUBLE, "valueOf", MethodTypeDesc.of(Names.DOUBLE, Names.D));
      case EITHER -> plainOperation("box", Names.OBJECT, Names.D, Names.OBJECT);
    }
  }

  /** Turns a reference to a {@code Double} into its value. */
  void unbox() {
    code.checkcast(Names.DOUBLE)
        .invokevirtual(Names.DOUBLE, "doubleValue", MethodTypeDesc.of(Names.D));
  }

  /** Cuts a result to its first value. */
  void first() {
    code.invokestatic(Names.VALUES, "first", MethodTypeDesc.of(Names.OBJECT, Names.OBJECT));
  }

  // ---- calls into the run time

  /** Notes the function's site on the call stack. */
  void at(int site) {
    code.aload(STACK).iload(PLACE);
    pushInt(site);
    code.invokevirtual(Names.STACK, "at", MethodTypeDesc.of(Names.V, Names.I, Names.I));
  }

  /** One step of the budget. */
  void step() {
    loadState();
    code.invokevirtual(Names.STATE, "step", MethodTypeDesc.of(Names.V));
  }

  /**
   * Calls one of {@link Operations}; state, stack, place and site are appended to its arguments.
   */
  void operation(String name, int site, ClassDesc result, ClassDesc... arguments) {
    loadState();
    code.aload(STACK).iload(PLACE);
    pushInt(site);
    ClassDesc[] all = Arrays.copyOf(arguments, arguments.length + 4);
    all[arguments.length] = Names.STATE;
    all[arguments.length + 1] = Names.STACK;
    all[arguments.length + 2] = Names.I;
    all[arguments.length + 3] = Names.I;
    code.invokestatic(Names.OPERATIONS, name, MethodTypeDesc.of(result, all));
  }

  /** Calls one of {@link Operations} as it is. */
  void plainOperation(String name, ClassDesc result, ClassDesc... arguments) {
    code.invokestatic(Names.OPERATIONS, name, MethodTypeDesc.of(result, arguments));
  }

  void cellValue() {
    code.getfield(Names.CELL, "value", Names.OBJECT);
  }
}
