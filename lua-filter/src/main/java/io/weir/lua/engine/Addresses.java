package io.weir.lua.engine;

/**
 * The addresses that {@code tostring} shows: stable and, in practice, different for each object.
 */
final class Addresses {
  private Addresses() {}

  static String of(Object object) {
    long address = 0x7f0000000000L | (long) System.identityHashCode(object) << 3;
    return "0x" + Long.toHexString(address);
  }
}
