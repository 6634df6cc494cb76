package io.weir.wasm.context;

/** A context that collects what a guest asked for until the guest has returned. */
interface DeferredEffects {

  /** Does what was asked for; called while no guest runs and no filter chain is on the stack. */
  void applyEffects();

  /** As {@link #applyEffects}, later, through the worker's queue. */
  void postEffects();
}
