package io.weir.wasm.vm;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.TableInstance;

/**
 * What a guest has written: memory, globals and tables at one moment between two calls. Another
 * instance of the same code that takes it over goes on where this one was.
 *
 * @param memory as many bytes as the memory had; not to be changed
 * @param globals values by index, imported ones too
 * @param tables references by table and index
 */
record Snapshot(byte[] memory, long[] globals, int[][] tables) {

  /**
   * @param memory the bytes to keep: the instance's own when it is not used any more, else a copy
   */
  static Snapshot of(Instance instance, byte[] memory) {
    var globals = new long[instance.globalCount()];
    for (int i = 0; i < globals.length; i++) {
      globals[i] = instance.global(i).getValue();
    }
    var tables = new int[instance.tableCount()][];
    for (int t = 0; t < tables.length; t++) {
      TableInstance table = instance.table(t);
      tables[t] = new int[table.size()];
      for (int i = 0; i < tables[t].length; i++) {
        tables[t][i] = table.ref(i);
      }
    }
    return new Snapshot(memory, globals, tables);
  }

  /** Puts globals and tables into an initialised instance. */
  void restore(Instance instance) {
    for (int i = 0; i < globals.length; i++) {
      instance.global(i).setValue(globals[i]);
    }
    for (int t = 0; t < tables.length; t++) {
      TableInstance table = instance.table(t);
      int missing = tables[t].length - table.size();
      if (missing > 0) {
        table.grow(missing, 0, instance);
      }
      for (int i = 0; i < tables[t].length; i++) {
        table.setRef(i, tables[t][i], instance);
      }
    }
  }
}
