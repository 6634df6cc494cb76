package io.weir.lua.engine.compile;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.code.Sites;
import io.weir.lua.engine.syntax.LocalVariable;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

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
  private int varargs = -1;
  private int next;

  /**
   * @param arguments how many the method has beside stack and place
   */
  Emitter(FunctionCompiler function, CodeBuilder code, int arguments) {
    this.function = function;
    this.code = code;
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

  /** Gives a variable a JVM local. */
  int allocate(LocalVariable variable, Kind kind) {
    int slot = kind == Kind.NUMBER ? newDouble() : newReference();
    slots.put(variable, slot);
    kinds.put(variable, kind);
    return slot;
  }

  /** Makes a variable live in a JVM local that is there already. */
  void place(LocalVariable variable, int slot, Kind kind) {
    slots.put(variable, slot);
    kinds.put(variable, kind);
  }

  int slot(LocalVariable variable) {
    Integer slot = slots.get(variable);
    if (slot == null) {
      throw new IllegalArgumentException("no local for " + variable.name());
    }
    return slot;
  }

  Kind kind(LocalVariable variable) {
    return kinds.getOrDefault(variable, Kind.OBJECT);
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

  void pushInt(int value) {
    code.loadConstant(value);
  }

  void nothing() {
    code.getstatic(Names.VALUES, "NONE", Names.OBJECTS);
  }

  // ---- conversions

  /** Makes a reference of what lies on the stack. */
  void box(Kind kind) {
    if (kind == Kind.NUMBER) {
      code.invokestatic(Names.DOUBLE, "valueOf", MethodTypeDesc.of(Names.DOUBLE, Names.D));
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
