package io.weir.wasm.vm;

import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All functions that a host offers, found by {@link HostFunction} on the receivers' classes. One
 * table serves every module; instances bring the receivers.
 */
public final class HostTable {
  private final List<Class<?>> receiverTypes;
  private final Map<String, List<HostMethod>> methods = new HashMap<>();
  private final Map<String, Integer> constants;

  /**
   * @param receiverTypes public classes, in the order in which instances pass the receivers
   * @param constants functions by {@code module.name} that take anything and answer one number
   */
  public HostTable(List<Class<?>> receiverTypes, Map<String, Integer> constants) {
    this.receiverTypes = List.copyOf(receiverTypes);
    this.constants = Map.copyOf(constants);
    for (int i = 0; i < receiverTypes.size(); i++) {
      for (Method method : receiverTypes.get(i).getMethods()) {
        HostFunction function = method.getAnnotation(HostFunction.class);
        if (function != null) {
          add(i, method, function);
        }
      }
    }
  }

  private void add(int receiver, Method method, HostFunction function) {
    HostMethod host;
    try {
      host = new HostMethod(receiver, method, MethodHandles.publicLookup().unreflect(method));
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException(method + " is not public", e);
    }
    for (String module : function.module()) {
      methods.computeIfAbsent(module + "." + function.value(), _ -> new ArrayList<>(1)).add(host);
    }
  }

  /** A number that differs when linked code has to be linked again. */
  int fingerprint() {
    var text = new TreeSet<String>();
    methods.forEach(
        (name, candidates) ->
            candidates.forEach(
                method -> text.add(name + method.receiver() + method.method().toGenericString())));
    constants.forEach((name, value) -> text.add(name + value));
    return text.toString().hashCode();
  }

  Class<?> receiverType(int receiver) {
    return receiverTypes.get(receiver);
  }

  /** Whether any function has that name, whatever its type. */
  public boolean offers(String module, String name) {
    String key = module + "." + name;
    return methods.containsKey(key) || constants.containsKey(key);
  }

  /** What a function that only answers a number answers, or null if it is not one. */
  @Nullable Integer constant(String module, String name) {
    return constants.get(module + "." + name);
  }

  /** The function of that name whose parameters are the declared ones, or null. */
  @Nullable HostMethod find(String module, String name, FunctionType type) {
    for (HostMethod candidate : methods.getOrDefault(module + "." + name, List.of())) {
      if (matches(candidate.method(), type)) {
        return candidate;
      }
    }
    return null;
  }

  /** The types that are offered under a name, for messages. */
  String signatures(String module, String name) {
    var text = new StringBuilder();
    for (HostMethod candidate : methods.getOrDefault(module + "." + name, List.of())) {
      text.append(text.isEmpty() ? "" : " or ").append('(');
      String separator = "";
      for (Class<?> parameter : candidate.method().getParameterTypes()) {
        text.append(separator).append(parameter == long.class ? "i64" : "i32");
        separator = ", ";
      }
      text.append(")").append(candidate.method().getReturnType() == void.class ? "" : " -> i32");
    }
    return text.toString();
  }

  /** Parameters must agree; a result that the guest does not declare is dropped. */
  private static boolean matches(Method method, FunctionType type) {
    Class<?>[] parameters = method.getParameterTypes();
    if (parameters.length != type.params().size() || type.returns().size() > 1) {
      return false;
    }
    for (int i = 0; i < parameters.length; i++) {
      ValType declared = type.params().get(i);
      if (!declared.equals(parameters[i] == long.class ? ValType.I64 : ValType.I32)) {
        return false;
      }
    }
    return type.returns().isEmpty()
        || (type.returns().getFirst().equals(ValType.I32) && method.getReturnType() == int.class);
  }
}
