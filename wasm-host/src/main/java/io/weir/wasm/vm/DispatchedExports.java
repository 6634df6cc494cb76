package io.weir.wasm.vm;

import com.dylibso.chicory.runtime.Instance;

/** Exports called through the engine's own dispatch, for code that is not linked. */
final class DispatchedExports extends GuestExports {
  private final Instance instance;
  private final ExportTable table;
  private final int[] functions;
  private final int[] parameters;

  /**
   * @param functions function index by slot, −1 for absent
   * @param parameters number of parameters by slot
   */
  DispatchedExports(Instance instance, ExportTable table, int[] functions, int[] parameters) {
    this.instance = instance;
    this.table = table;
    this.functions = functions;
    this.parameters = parameters;
  }

  @Override
  public int call(int slot, int a, int b, int c, int d, int e) {
    if (functions[slot] < 0) {
      return table.slots().get(slot).absent();
    }
    long[] arguments = new long[parameters[slot]];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] =
          switch (i) {
            case 0 -> a;
            case 1 -> b;
            case 2 -> c;
            case 3 -> d;
            default -> e;
          };
    }
    long[] result = instance.getMachine().call(functions[slot], arguments);
    return result == null || result.length == 0 ? 0 : (int) result[0];
  }
}
