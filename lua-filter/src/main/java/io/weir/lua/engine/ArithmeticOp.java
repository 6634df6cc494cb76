package io.weir.lua.engine;

/** The arithmetic operators and their metamethods. */
public enum ArithmeticOp {
  ADD("__add"),
  SUB("__sub"),
  MUL("__mul"),
  DIV("__div"),
  MOD("__mod"),
  POW("__pow"),
  UNM("__unm");

  private final LuaString event;

  ArithmeticOp(String event) {
    this.event = LuaString.of(event);
  }

  public LuaString event() {
    return event;
  }

  public double apply(double a, double b) {
    return switch (this) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MOD -> Arithmetic.mod(a, b);
      case POW -> Math.pow(a, b);
      case UNM -> -a;
    };
  }
}
