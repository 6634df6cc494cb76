package io.weir.lua.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.lua.engine.load.Chunk;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What must not hold a worker: every script here would run for ever or use up the process. */
class BudgetTest {
  private static final Budget.Limits SMALL =
      new Budget.Limits(1_000_000, 30_000_000_000L, 64L << 20);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "while true do end",
        "repeat until false",
        "for i = 1, math.huge do end",
        "for i = 1, 2, 0 do end",
        "::top:: goto top",
        "local function f() return f() end f()",
        "pcall(function() while true do end end)",
        "while true do pcall(error) end",
        "coroutine.wrap(function() while true do end end)()",
        "for k in function() return 1 end do end",
        "local t = setmetatable({}, {__index = function(t, k) return t[k] end}) while true do pcall(function() return t.x end) end",
        "(('a'):rep(40)):find(('a*'):rep(20) .. 'b')",
        "(('a'):rep(300000)):match('(.-)b')",
        "table.sort(setmetatable({}, {}), nil) local t = {} for i = 1, 1e9 do t[i] = i end",
        "local s = 'x' while true do s = s .. s .. 'y' s = s:sub(1, 1e6) end",
        "local t = {} while true do t[#t + 1] = {} end",
        "while true do string.format('%99d', 1) end",
        "load(function() return ' ' end)"
      })
  void endsScriptsThatDoNotEnd(String script) {
    for (Chunk.Mode mode : new Chunk.Mode[] {Chunk.Mode.INTERPRETED, Chunk.Mode.WHOLE}) {
      var runner = new ScriptRunner(mode, SMALL);
      assertThatThrownBy(() -> runner.run(script))
          .as(mode.name())
          .isInstanceOfAny(ScriptStop.class, LuaError.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void deepRecursionIsAnErrorThatCanBeCaught(Chunk.Mode mode) throws Throwable {
    String[] recursions = {
      "local function r() return 1 + r() end r()",
      "local t = setmetatable({}, {}) getmetatable(t).__index = function(_, k) return t[k .. 'x'] end local x = t.a",
      "local function r(s) return (s:gsub('.', r)) end r('a')",
      "local function r() return coroutine.wrap(r)() end r()",
      "local function r(a, b) table.sort({2, 1}, r) return true end table.sort({2, 1}, r)",
      "local t = setmetatable({}, {}) getmetatable(t).__tostring = function() return tostring(t) end tostring(t)",
      "local m = {} m.__concat = function(a, b) return a .. b end local s = setmetatable({}, m) .. 'x'"
    };
    for (String recursion : recursions) {
      var runner = new ScriptRunner(mode, Budget.Limits.DEFAULT);
      String caught =
          runner.text("local ok, e = pcall(function() " + recursion + " end) return tostring(e)");
      assertThat(caught).as(recursion).contains("stack overflow");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "return (pcall(string.rep, 'x', 1e9))",
        "return (pcall(string.rep, 'x', 100, ('y'):rep(1e6)))",
        "local s = ('x'):rep(4e7) return (pcall(function() return s .. s end))",
        "local t = {} for i = 1, 100 do t[i] = ('x'):rep(1e6) end return (pcall(table.concat, t))",
        "return (pcall(string.gsub, ('x'):rep(1000), 'x', ('y'):rep(1e6)))"
      })
  void stringsHaveALimit(String script) throws Throwable {
    assertThat(new ScriptRunner().text(script)).isEqualTo("false");
  }

  @ParameterizedTest
  @EnumSource
  void protectedCallsDoNotCatchTheEndOfTheBudget(Chunk.Mode mode) {
    var runner = new ScriptRunner(mode, SMALL);
    assertThatThrownBy(() -> runner.run("pcall(function() while true do end end) print('on')"))
        .isInstanceOf(ScriptStop.class);
    assertThat(runner.printed).isEmpty();
  }
}
