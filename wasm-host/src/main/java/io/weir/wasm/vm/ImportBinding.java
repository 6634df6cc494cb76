package io.weir.wasm.vm;

/** What an import of a module is bound to. */
sealed interface ImportBinding {

  /** A function of the host. */
  record Bound(HostMethod method) implements ImportBinding {}

  /** A function that the plugin may not use, or that does nothing: always the same number. */
  record Refused(int status) implements ImportBinding {}
}
