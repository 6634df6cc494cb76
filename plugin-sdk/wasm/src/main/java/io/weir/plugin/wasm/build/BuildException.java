package io.weir.plugin.wasm.build;

/** A plugin that cannot become a module; the message names what, where and what to do. */
public final class BuildException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BuildException(String message) {
    super(message);
  }
}
