package io.weir.lua.engine;

import java.util.Random;

/**
 * Writes random programs: locals that mostly hold numbers but at times strings, nil or tables with
 * metamethods, in loops, branches, closures and parallel assignments. They print as they go and
 * return what they printed; errors end one function of several.
 */
final class ProgramGenerator {
  private static final String PRELUDE =
      """
      local out = {}
      local floor, min, max, abs = math.floor, math.min, math.max, math.abs
      local function show(x)
        if type(x) == "number" then
          if x ~= x then return "nan" end
          if x == 1/0 or x == -1/0 then return x > 0 and "inf" or "-inf" end
          if x > 1e12 or x < -1e12 then return "large" end
          return tostring(floor(x * 16))
        end
        if type(x) == "table" or type(x) == "function" then return type(x) end
        return tostring(x)
      end
      local function p(...)
        local t = {}
        for i = 1, select("#", ...) do t[i] = show((select(i, ...))) end
        if #out < 4000 then out[#out + 1] = table.concat(t, " ") end
      end
      local meta = {}
      meta.__add = function(a, b) return 100 end
      meta.__sub = function(a, b) return "200" end
      meta.__mul = function(a, b) return nil end
      meta.__unm = function(a) return -7 end
      meta.__lt = function(a, b) return true end
      meta.__le = function(a, b) return false end
      meta.__concat = function(a, b) return "joined" end
      meta.__index = function(t, k) return k == "n" and 5 or nil end
      local o = setmetatable({}, meta)
      local function twice(x) return x + x end
      local function run(f, ...)
        local r = {pcall(f, ...)}
        if r[1] then p(r[2]) else p("failed", FULL and r[2] or nil) end
      end
      """;

  private final Random random;
  private final StringBuilder text = new StringBuilder();
  private int depth;
  private int loops;

  private ProgramGenerator(long seed) {
    random = new Random(seed);
  }

  /**
   * @param full whether error messages are printed too
   */
  static String program(long seed, boolean full) {
    var generator = new ProgramGenerator(seed);
    generator.line("FULL = " + full);
    generator.text.append(PRELUDE);
    int functions = 2 + generator.random.nextInt(3);
    for (int i = 0; i < functions; i++) {
      generator.function();
    }
    generator.line("return table.concat(out, \"\\n\")");
    return generator.text.toString();
  }

  private void line(String line) {
    text.append("  ".repeat(depth)).append(line).append('\n');
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private void function() {
    line("run(function(n1, x1)");
    depth++;
    line("local n2, n3, n4 = 1, 2.5, -3");
    line("local s1, x2 = \"7\", nil");
    line("local t = {4, 5, 6, k = 8}");
    int statements = chance(40) ? 45 : 8;
    for (int i = 0; i < statements; i++) {
      statement(2);
    }
    line("return " + number(2));
    depth--;
    line("end, " + pick("3", "0", "-1.5") + ", " + pick("nil", "\"12\"", "o", "true", "9") + ")");
  }

  private String variable() {
    return pick("n1", "n2", "n3", "n4");
  }

  private void statement(int nesting) {
    int kind = random.nextInt(nesting > 0 ? 20 : 12);
    switch (kind) {
      case 0, 1, 2, 3 -> line(variable() + " = " + number(2));
      case 4 -> line(variable() + ", " + variable() + " = " + number(1) + ", " + number(2));
      case 5 -> line("p(" + variable() + ", " + any(1) + ")");
      case 6 -> line("x2 = " + any(2));
      case 7 -> line("t[" + number(1) + "] = " + any(1));
      case 8 -> line("t.k = " + number(1));
      case 9 -> line("p(" + condition(2) + ")");
      case 10 -> line("if " + condition(1) + " then " + variable() + " = " + any(1) + " end");
      case 11 -> line("s1 = " + pick("s1", "\"3\"", "n1", "\"ab\"") + " .. \"\" ");
      case 12, 13 -> {
        line("if " + condition(2) + " then");
        nested(nesting);
        if (chance(50)) {
          line("else");
          nested(nesting);
        }
        line("end");
      }
      case 14, 15, 16 -> {
        String variable = "i" + loops++;
        String step = chance(30) ? ", " + pick("2", "-1", "0.5") : "";
        line(
            "for "
                + variable
                + " = "
                + pick("1", "3", "n2")
                + ", "
                + pick("4", "2", "#t")
                + step
                + " do");
        line("  if #out > 3000 or " + variable + " > 50 or " + variable + " < -50 then break end");
        line("  " + variable() + " = " + variable() + pick(" + ", " - ", " * ") + variable);
        if (chance(20)) {
          line("  " + variable + " = " + number(1));
          line("  if " + variable + " == nil then break end");
        }
        nested(nesting);
        line("end");
      }
      case 17 -> {
        String counter = "w" + loops++;
        line("local " + counter + " = 0");
        line("while " + counter + " < " + pick("3", "5") + " do");
        line("  " + counter + " = " + counter + " + 1");
        nested(nesting);
        line("end");
      }
      case 18 -> {
        line("for k, v in " + pick("pairs", "ipairs") + "({2, 4, 8}) do");
        line("  " + variable() + " = v " + pick("+", "-", "*") + " k");
        nested(nesting);
        line("end");
      }
      default -> {
        String name = "c" + loops++;
        line("local " + name + " = " + number(1));
        line(
            "local function f"
                + name
                + "(d) "
                + name
                + " = "
                + name
                + " + d return "
                + name
                + " end");
        line("p(f" + name + "(" + number(1) + "), " + name + ")");
      }
    }
  }

  private void nested(int nesting) {
    depth++;
    int statements = 1 + random.nextInt(3);
    for (int i = 0; i < statements; i++) {
      statement(nesting - 1);
    }
    depth--;
  }

  private String number(int level) {
    if (level == 0 || chance(25)) {
      return chance(6) ? any(0) : pick("n1", "n2", "n3", "n4", "1", "2", "0.5", "-4", "1/0");
    }
    String a = number(level - 1);
    String b = number(level - 1);
    return switch (random.nextInt(12)) {
      case 0, 1 -> "(" + a + " + " + b + ")";
      case 2, 3 -> "(" + a + " - " + b + ")";
      case 4 -> "(" + a + " * " + b + ")";
      case 5 -> "(" + a + " / " + b + ")";
      case 6 -> "(- " + a + ")";
      case 7 -> pick("min", "max") + "(" + a + ", " + b + (chance(30) ? ", " + a : "") + ")";
      case 8 -> pick("floor", "abs", "twice", "math.ceil") + "(" + a + ")";
      case 9 -> pick("t[1]", "t[2]", "t.k", "#t", "o.n", "(t[3] or 1)");
      case 10 -> "(" + condition(1) + " and " + a + " or " + b + ")";
      default -> a + " * 2 + " + b;
    };
  }

  private String any(int level) {
    return chance(60)
        ? number(level)
        : pick("s1", "x1", "x2", "\"5\"", "\"zz\"", "nil", "true", "false", "o", "t", "twice");
  }

  private String condition(int level) {
    if (level == 0) {
      return pick("x1", "x2", "n1 > 0", "true", "false", "n2 ~= 3");
    }
    return switch (random.nextInt(6)) {
      case 0 -> number(1) + pick(" < ", " <= ", " > ", " >= ") + number(1);
      case 1 -> any(1) + pick(" == ", " ~= ") + any(1);
      case 2 -> "not " + condition(level - 1);
      case 3 -> condition(level - 1) + " and " + condition(level - 1);
      case 4 -> condition(level - 1) + " or " + condition(level - 1);
      default -> "n3 == " + any(0);
    };
  }
}
