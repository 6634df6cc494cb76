package io.weir.plugin.test;

/** Where a plugin runs. */
public enum BackEnd {
  /** A jar in the proxy's process. */
  JVM,
  /** A proxy-wasm module on the proxy's own runtime. */
  WASM,
  /** A script. */
  LUA
}
