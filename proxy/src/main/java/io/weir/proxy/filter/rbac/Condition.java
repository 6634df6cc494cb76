package io.weir.proxy.filter.rbac;

import com.google.api.expr.v1alpha1.Constant;
import com.google.api.expr.v1alpha1.Expr;
import io.weir.filter.Problems;
import io.weir.filter.StreamInfo;
import io.weir.filter.cel.CelException;
import io.weir.filter.cel.Expression;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.StreamAttributes;
import io.weir.proxy.matcher.tree.MatchContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A CEL condition of a policy, from its parsed form. One that cannot be evaluated is not met. */
record Condition(Expression expression) implements Rule {
  private static final Map<String, String> OPERATORS =
      Map.ofEntries(
          Map.entry("_==_", "=="),
          Map.entry("_!=_", "!="),
          Map.entry("_<_", "<"),
          Map.entry("_<=_", "<="),
          Map.entry("_>_", ">"),
          Map.entry("_>=_", ">="),
          Map.entry("_+_", "+"),
          Map.entry("_-_", "-"),
          Map.entry("_*_", "*"),
          Map.entry("_/_", "/"),
          Map.entry("_%_", "%"),
          Map.entry("!_", "!"),
          Map.entry("-_", "-"),
          Map.entry("@in", "in"),
          Map.entry("_in_", "in"));

  /** Null when problems were reported. */
  static @Nullable Condition load(Expr expr, Problems problems) {
    int before = problems.count();
    Expression expression = compile(expr, problems);
    return expression == null || problems.count() > before ? null : new Condition(expression);
  }

  @Override
  public boolean matches(MatchContext context) {
    StreamInfo info = context.streamInfo();
    if (info == null) {
      return false;
    }
    try {
      var attributes =
          new StreamAttributes(FormatContext.ofStream(context.requestHeaders(), null, info));
      return Boolean.TRUE.equals(expression.evaluate(attributes));
    } catch (CelException _) {
      return false;
    }
  }

  private static @Nullable Expression compile(Expr expr, Problems problems) {
    return switch (expr.getExprKindCase()) {
      case CONST_EXPR -> constant(expr.getConstExpr(), problems);
      case IDENT_EXPR -> new Expression.Name(expr.getIdentExpr().getName());
      case SELECT_EXPR -> select(expr.getSelectExpr(), problems);
      case CALL_EXPR -> call(expr.getCallExpr(), problems);
      case LIST_EXPR -> {
        List<Expression> items = all(expr.getListExpr().getElementsList(), problems);
        yield items == null ? null : new Expression.ListOf(items);
      }
      case STRUCT_EXPR, COMPREHENSION_EXPR, EXPRKIND_NOT_SET ->
          refused(problems, "this kind of expression is not implemented");
    };
  }

  private static @Nullable Expression refused(Problems problems, String reason) {
    problems.add("", reason, "use operators, members, lists and functions of text");
    return null;
  }

  private static @Nullable Expression constant(Constant constant, Problems problems) {
    return switch (constant.getConstantKindCase()) {
      case NULL_VALUE -> new Expression.Literal(Expression.NULL);
      case BOOL_VALUE -> new Expression.Literal(constant.getBoolValue());
      case INT64_VALUE -> new Expression.Literal(constant.getInt64Value());
      case UINT64_VALUE -> new Expression.Literal(constant.getUint64Value());
      case DOUBLE_VALUE -> new Expression.Literal(constant.getDoubleValue());
      case STRING_VALUE -> new Expression.Literal(constant.getStringValue());
      case BYTES_VALUE -> new Expression.Literal(constant.getBytesValue().toByteArray());
      default -> refused(problems, "this kind of constant is not implemented");
    };
  }

  private static @Nullable Expression select(Expr.Select select, Problems problems) {
    Expression operand = compile(select.getOperand(), problems);
    if (operand == null) {
      return null;
    }
    var member = new Expression.Member(operand, new Expression.Literal(select.getField()));
    return select.getTestOnly() ? new Expression.Has(member) : member;
  }

  private static @Nullable List<Expression> all(List<Expr> expressions, Problems problems) {
    List<Expression> compiled = new ArrayList<>(expressions.size());
    for (Expr each : expressions) {
      Expression one = compile(each, problems);
      if (one == null) {
        return null;
      }
      compiled.add(one);
    }
    return List.copyOf(compiled);
  }

  private static @Nullable Expression call(Expr.Call call, Problems problems) {
    List<Expr> parts = new ArrayList<>();
    if (call.hasTarget()) {
      parts.add(call.getTarget());
    }
    parts.addAll(call.getArgsList());
    List<Expression> arguments = all(parts, problems);
    if (arguments == null) {
      return null;
    }
    String name = call.getFunction();
    int count = arguments.size();
    if ((name.equals("_&&_") || name.equals("_||_")) && count == 2) {
      return new Expression.Logical(arguments.get(0), arguments.get(1), name.equals("_||_"));
    }
    if (name.equals("_?_:_") && count == 3) {
      return new Expression.Choice(arguments.get(0), arguments.get(1), arguments.get(2));
    }
    if (name.equals("_[_]") && count == 2) {
      return new Expression.Member(arguments.get(0), arguments.get(1));
    }
    if (OPERATORS.containsKey(name)) {
      return new Expression.Call(OPERATORS.get(name), arguments);
    }
    return Expression.hasFunction(name, count)
        ? new Expression.Call(name, arguments)
        : refused(problems, "no function " + name + " of " + count + " arguments");
  }
}
