package io.weir.wasm.vm;

/**
 * A guest's callbacks by slot of its {@link ExportTable}. Linked modules get a generated subclass
 * that calls the compiled functions directly; others go through the engine's dispatch. Public
 * because generated code extends it.
 */
public abstract class GuestExports {

  /**
   * Calls an export with as many of the arguments as it takes.
   *
   * @return its result; 0 when it has none; the slot's {@code absent} when it does not exist
   */
  public abstract int call(int slot, int a, int b, int c, int d, int e);
}
