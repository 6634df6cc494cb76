package io.weir.proxy.overload;

import org.jspecify.annotations.Nullable;

/** What the process does against overload; Envoy's names. */
public enum OverloadAction {
  STOP_ACCEPTING_REQUESTS("stop_accepting_requests"),
  DISABLE_HTTP_KEEPALIVE("disable_http_keepalive"),
  STOP_ACCEPTING_CONNECTIONS("stop_accepting_connections"),
  REJECT_INCOMING_CONNECTIONS("reject_incoming_connections"),
  SHRINK_HEAP("shrink_heap"),
  REDUCE_TIMEOUTS("reduce_timeouts"),
  RESET_HIGH_MEMORY_STREAM("reset_high_memory_stream"),
  CLOSE_IDLE_HTTP_CONNECTIONS("close_idle_http_connections");

  private final String text;

  OverloadAction(String name) {
    this.text = "envoy.overload_actions." + name;
  }

  public String text() {
    return text;
  }

  /** Null when there is none of that name. */
  static @Nullable OverloadAction of(String name) {
    for (OverloadAction action : values()) {
      if (action.text.equals(name)) {
        return action;
      }
    }
    return null;
  }
}
