package io.weir.proxy.filter.rbac;

/** Prefixes of statistics as configured. */
final class Prefixes {
  private Prefixes() {}

  /** A prefix that is not empty ends with a dot. */
  static String dotted(String prefix) {
    return prefix.isEmpty() || prefix.endsWith(".") ? prefix : prefix + ".";
  }
}
