package io.weir.lua.engine.interpret;

import io.weir.lua.engine.Calls;
import io.weir.lua.engine.Indexing;
import io.weir.lua.engine.LuaClosure;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.Values;
import io.weir.lua.engine.syntax.Expression;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates calls; what they give is the call's result, not yet cut to one value. */
final class CallTranslator {
  private final FunctionTranslator function;
  private final ExpressionTranslator expressions;

  CallTranslator(FunctionTranslator function, ExpressionTranslator expressions) {
    this.function = function;
    this.expressions = expressions;
  }

  Eval call(Expression.Call call) {
    Eval callee = expressions.one(call.function());
    int site = function.callSite(call.line(), call.function());
    List<Expression> arguments = call.arguments();
    if (arguments.size() > 3 || !arguments.isEmpty() && arguments.getLast().multiple()) {
      ArrayEval all = expressions.all(arguments);
      return f -> {
        Object target = callee.eval(f);
        @Nullable Object[] values = all.eval(f);
        f.at(site);
        return Calls.invoke(f.state, target, values);
      };
    }
    return switch (arguments.size()) {
      case 0 ->
          f -> {
            Object target = callee.eval(f);
            f.at(site);
            return Calls.call(f.state, target);
          };
      case 1 -> {
        Eval first = expressions.one(arguments.get(0));
        yield f -> {
          Object target = callee.eval(f);
          Object a = first.eval(f);
          f.at(site);
          return Calls.call(f.state, target, a);
        };
      }
      case 2 -> {
        Eval first = expressions.one(arguments.get(0));
        Eval second = expressions.one(arguments.get(1));
        yield f -> {
          Object target = callee.eval(f);
          Object a = first.eval(f);
          Object b = second.eval(f);
          f.at(site);
          return Calls.call(f.state, target, a, b);
        };
      }
      default -> {
        Eval first = expressions.one(arguments.get(0));
        Eval second = expressions.one(arguments.get(1));
        Eval third = expressions.one(arguments.get(2));
        yield f -> {
          Object target = callee.eval(f);
          Object a = first.eval(f);
          Object b = second.eval(f);
          Object c = third.eval(f);
          f.at(site);
          return Calls.call(f.state, target, a, b, c);
        };
      }
    };
  }

  Eval method(Expression.MethodCall call) {
    Eval object = expressions.one(call.object());
    LuaString name = call.name();
    int lookup = function.site(call.line(), call.object());
    int site = function.methodSite(call.line(), name);
    List<Expression> arguments = call.arguments();
    if (arguments.size() > 2 || !arguments.isEmpty() && arguments.getLast().multiple()) {
      ArrayEval all = expressions.all(arguments);
      return f -> {
        Object self = object.eval(f);
        Object target = find(f, lookup, self, name);
        @Nullable Object[] values = Values.prepend(self, all.eval(f));
        f.at(site);
        return Calls.invoke(f.state, target, values);
      };
    }
    return switch (arguments.size()) {
      case 0 ->
          f -> {
            Object self = object.eval(f);
            Object target = find(f, lookup, self, name);
            f.at(site);
            return Calls.call(f.state, target, self);
          };
      case 1 -> {
        Eval first = expressions.one(arguments.get(0));
        yield f -> {
          Object self = object.eval(f);
          Object target = find(f, lookup, self, name);
          Object a = first.eval(f);
          f.at(site);
          return Calls.call(f.state, target, self, a);
        };
      }
      default -> {
        Eval first = expressions.one(arguments.get(0));
        Eval second = expressions.one(arguments.get(1));
        yield f -> {
          Object self = object.eval(f);
          Object target = find(f, lookup, self, name);
          Object a = first.eval(f);
          Object b = second.eval(f);
          f.at(site);
          return Calls.call(f.state, target, self, a, b);
        };
      }
    };
  }

  private static @Nullable Object find(Frame f, int site, @Nullable Object self, LuaString name) {
    f.at(site);
    return Indexing.get(f.state, self, name);
  }

  /** A call in tail position: a Lua function runs after this frame is gone. */
  Eval tail(Expression expression) {
    if (expression instanceof Expression.MethodCall call) {
      Eval object = expressions.one(call.object());
      ArrayEval all = expressions.all(call.arguments());
      int lookup = function.site(call.line(), call.object());
      int site = function.methodSite(call.line(), call.name());
      return f -> {
        Object self = object.eval(f);
        Object target = find(f, lookup, self, call.name());
        return go(f, site, target, Values.prepend(self, all.eval(f)));
      };
    }
    if (expression instanceof Expression.Call call) {
      Eval callee = expressions.one(call.function());
      ArrayEval all = expressions.all(call.arguments());
      int site = function.callSite(call.line(), call.function());
      return f -> {
        Object target = callee.eval(f);
        return go(f, site, target, all.eval(f));
      };
    }
    return expressions.result(expression);
  }

  private static @Nullable Object go(
      Frame f, int site, @Nullable Object target, @Nullable Object[] arguments) {
    if (target instanceof LuaClosure closure) {
      return f.state.tailCall().set(closure, arguments);
    }
    f.at(site);
    if (target instanceof io.weir.lua.engine.LuaFunction builtin) {
      // The frame is gone for a built-in too: its errors are its caller's caller's.
      f.stack.leave(f.place);
      return builtin.invoke(arguments);
    }
    return Calls.invoke(f.state, target, arguments);
  }
}
