package io.weir.filter.http;

/** What a filter makes of a local reply. Envoy's {@code LocalErrorStatus}. */
public enum LocalReplyStatus {
  CONTINUE,
  /** Reset the stream instead of answering. */
  CONTINUE_AND_RESET_STREAM
}
