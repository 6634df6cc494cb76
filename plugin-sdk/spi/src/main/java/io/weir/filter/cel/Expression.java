package io.weir.filter.cel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A parsed expression. Immutable; values are as {@link Attributes#get} has them. */
public sealed interface Expression {
  /** What CEL calls null. */
  Object NULL = new Object();

  /** Parses a text. */
  static Expression parse(String text) throws CelException {
    return new Parser(text).parse();
  }

  /** Whether there is a function of that name and number of arguments, a target counted as one. */
  static boolean hasFunction(String name, int arguments) {
    return Functions.exists(name, arguments);
  }

  /** The expression's value. */
  Object evaluate(Attributes attributes) throws CelException;

  /** A constant. */
  record Literal(Object value) implements Expression {
    @Override
    public Object evaluate(Attributes attributes) {
      return value;
    }
  }

  /** A variable. */
  record Name(String name) implements Expression {
    @Override
    public Object evaluate(Attributes attributes) throws CelException {
      return found(attributes.get(List.of(name)), name);
    }
  }

  /**
   * A member of a map: {@code target.field} or {@code target[key]}.
   *
   * @param key a text for the first form
   */
  record Member(Expression target, Expression key) implements Expression {
    @Override
    public Object evaluate(Attributes attributes) throws CelException {
      List<String> path = path(this, attributes);
      if (path != null) {
        return found(attributes.get(path), String.join(".", path));
      }
      Object container = target.evaluate(attributes);
      Object at = key.evaluate(attributes);
      if (container instanceof List<?> list && at instanceof Long index) {
        if (index < 0 || index >= list.size()) {
          throw new CelException("index " + index + " is out of range");
        }
        return list.get(index.intValue());
      }
      if (container instanceof Map<?, ?> map) {
        return found(map.get(at), String.valueOf(at));
      }
      throw new CelException("no members in " + container);
    }

    /** Whether there is such a member; for {@code has}. */
    boolean present(Attributes attributes) throws CelException {
      List<String> path = path(this, attributes);
      if (path != null) {
        return attributes.get(path) != null;
      }
      return target.evaluate(attributes) instanceof Map<?, ?> map
          && map.containsKey(key.evaluate(attributes));
    }

    /** The attribute path that a chain of members is, or null when it does not start at a name. */
    private static @Nullable List<String> path(Expression expression, Attributes attributes)
        throws CelException {
      if (expression instanceof Name(String name)) {
        return new ArrayList<>(List.of(name));
      }
      if (expression instanceof Member(Expression target, Expression key)) {
        List<String> path = path(target, attributes);
        if (path != null && key.evaluate(attributes) instanceof String text) {
          path.add(text);
          return path;
        }
      }
      return null;
    }
  }

  /** {@code has(a.b)}. */
  record Has(Member member) implements Expression {
    @Override
    public Object evaluate(Attributes attributes) throws CelException {
      return member.present(attributes);
    }
  }

  /** A function or operator with values for all arguments. */
  record Call(String function, List<Expression> arguments) implements Expression {
    @Override
    public Object evaluate(Attributes attributes) throws CelException {
      var values = new ArrayList<Object>(arguments.size());
      for (Expression argument : arguments) {
        values.add(argument.evaluate(attributes));
      }
      return Functions.call(function, values);
    }
  }

  /**
   * {@code &&} and {@code ||}: one side that decides is enough, even when the other is an error.
   *
   * @param decisive the value that decides
   */
  record Logical(Expression left, Expression right, boolean decisive) implements Expression {
    @Override
    public Object evaluate(Attributes attributes) throws CelException {
      CelException failure = null;
      try {
        if (bool(left.evaluate(attributes)) == decisive) {
          return decisive;
        }
      } catch (CelException e) {
        failure = e;
      }
      if (bool(right.evaluate(attributes)) == decisive) {
        return decisive;
      }
      if (failure != null) {
        throw failure;
      }
      return !decisive;
    }
  }

  /** {@code a ? b : c}. */
  record Choice(Expression condition, Expression yes, Expression no) implements Expression {
    @Override
    public Object evaluate(Attributes attributes) throws CelException {
      return bool(condition.evaluate(attributes))
          ? yes.evaluate(attributes)
          : no.evaluate(attributes);
    }
  }

  /** {@code [a, b]}. */
  record ListOf(List<Expression> items) implements Expression {
    @Override
    public Object evaluate(Attributes attributes) throws CelException {
      var values = new ArrayList<Object>(items.size());
      for (Expression item : items) {
        values.add(item.evaluate(attributes));
      }
      return values;
    }
  }

  /** {@code {a: b}}; keys and values in turn. */
  record MapOf(List<Expression> entries) implements Expression {
    @Override
    public Object evaluate(Attributes attributes) throws CelException {
      var values = new LinkedHashMap<Object, Object>();
      for (int i = 0; i < entries.size(); i += 2) {
        values.put(entries.get(i).evaluate(attributes), entries.get(i + 1).evaluate(attributes));
      }
      return values;
    }
  }

  private static Object found(@Nullable Object value, String name) throws CelException {
    if (value == null) {
      throw new CelException("no such attribute or key: " + name);
    }
    return value;
  }

  private static boolean bool(Object value) throws CelException {
    if (value instanceof Boolean bool) {
      return bool;
    }
    throw new CelException("not a bool: " + value);
  }
}
