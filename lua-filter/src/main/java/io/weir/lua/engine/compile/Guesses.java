package io.weir.lua.engine.compile;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;

/**
 * Where a place in the code last found its key among a table's entries; one number a place. Tables
 * that are filled in the same order have their keys in the same places, so workers share the
 * guesses: races do no harm, and a place that keeps finding other tables stops learning.
 */
final class Guesses {
  /** The part of a guess that is the entry; the rest counts how often it was wrong. */
  static final int ENTRY = 0xffffff;

  private static final int ONCE = ENTRY + 1;
  private static final int MOST = 64 * ONCE;

  private Guesses() {}

  static void learn(LuaTable table, LuaString name, int[] guesses, int site) {
    int guess = guesses[site];
    if (guess < MOST) {
      int entry = table.entry(name);
      if (entry >= 0 && entry <= ENTRY) {
        guesses[site] = (guess & ~ENTRY) + ONCE + entry;
      }
    }
  }
}
