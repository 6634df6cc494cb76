package io.weir.lua.engine.compile;

import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.code.TablePlan;
import io.weir.lua.engine.syntax.Expression;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/** Compiles table constructors. */
final class TableCompiler {
  private final Emitter out;
  private final CodeBuilder code;
  private final ExpressionCompiler expressions;

  TableCompiler(Emitter out, ExpressionCompiler expressions) {
    this.out = out;
    this.code = out.code();
    this.expressions = expressions;
  }

  void constructor(Expression.TableConstructor constructor) {
    TablePlan plan = TablePlan.of(constructor);
    LuaTable template = plan.template();
    if (template == null) {
      code.new_(Names.TABLE).dup();
      out.pushInt(plan.slots());
      out.pushInt(plan.entries());
      code.invokespecial(
          Names.TABLE, ConstantDescs.INIT_NAME, MethodTypeDesc.of(Names.V, Names.I, Names.I));
    } else {
      out.push(template, Names.TABLE);
      code.invokevirtual(Names.TABLE, "copy", MethodTypeDesc.of(Names.TABLE));
    }
    for (TablePlan.Step step : plan.steps()) {
      code.dup();
      store(step, constructor.line());
    }
  }

  private void store(TablePlan.Step step, int line) {
    switch (step) {
      case TablePlan.Positional(int key, var value) -> {
        out.pushInt(key);
        expressions.object(value);
        code.invokevirtual(Names.TABLE, "set", MethodTypeDesc.of(Names.V, Names.I, Names.OBJECT));
      }
      case TablePlan.Rest(int key, var values) -> {
        out.pushInt(key);
        expressions.result(values);
        code.invokestatic(Names.VALUES, "all", MethodTypeDesc.of(Names.OBJECTS, Names.OBJECT))
            .invokevirtual(
                Names.TABLE, "setAll", MethodTypeDesc.of(Names.V, Names.I, Names.OBJECTS));
      }
      case TablePlan.Named(var key, var value) -> {
        out.push(key);
        expressions.object(value);
        code.invokevirtual(
            Names.TABLE, "set", MethodTypeDesc.of(Names.V, Names.STRING, Names.OBJECT));
      }
      case TablePlan.Computed(var key, var value) -> {
        int site = out.sites().add(line);
        expressions.object(key);
        expressions.object(value);
        out.operation("setComputed", site, Names.V, Names.TABLE, Names.OBJECT, Names.OBJECT);
      }
    }
  }
}
