package io.weir.filter;

import java.util.concurrent.CompletionStage;

/** A configured plugin of any runtime, as an operator sees it. */
public interface RunningPlugin {
  String name();

  /** {@code wasm}, {@code lua} or {@code jar}. */
  String runtime();

  /** What it extends: {@code http filter}, {@code access log}. */
  String place();

  /** How it is now; completes on any thread, or not at all when a worker is stuck. */
  CompletionStage<PluginStatus> status();
}
