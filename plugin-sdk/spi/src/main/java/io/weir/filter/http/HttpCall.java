package io.weir.filter.http;

/** A unary call-out under way. */
public interface HttpCall {
  /** Gives up; the listener is not called any more. */
  void cancel();
}
