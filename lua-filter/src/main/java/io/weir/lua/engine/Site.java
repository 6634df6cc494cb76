package io.weir.lua.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in a function that can fail or call: what error messages say about it.
 *
 * @param call whether it is a call, so that the first operand names the callee
 * @param operands names of the operands; null where there is none
 */
public record Site(int line, boolean call, List<@Nullable Operand> operands) {
  static final Site NONE = new Site(-1, false, List.of());

  @Nullable Operand operand(int index) {
    return index < operands.size() ? operands.get(index) : null;
  }

  /**
   * The name of an operand.
   *
   * @param kind {@code local}, {@code upvalue}, {@code global}, {@code field} or {@code method}
   */
  public record Operand(String kind, LuaString name) {}
}
