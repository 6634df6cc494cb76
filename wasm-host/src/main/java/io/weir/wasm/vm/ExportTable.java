package io.weir.wasm.vm;

import java.util.List;

/**
 * The exported functions that a host calls by slot, with what it accepts as their types. All
 * parameters are {@code i32}.
 *
 * @param slots in slot order
 */
public record ExportTable(List<Slot> slots) {

  /**
   * One export.
   *
   * @param name the export's name
   * @param minParameters fewest parameters accepted
   * @param maxParameters most parameters accepted; the host passes that many, surplus is dropped
   * @param returnsValue whether it returns an {@code i32}
   * @param absent what a call yields when the module does not export it
   */
  public record Slot(
      String name, int minParameters, int maxParameters, boolean returnsValue, int absent) {}

  public ExportTable {
    slots = List.copyOf(slots);
  }
}
