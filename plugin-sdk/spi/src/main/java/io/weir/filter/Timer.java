package io.weir.filter;

/** A one-shot timer of one worker; used on that worker's thread only. */
public interface Timer {
  /** Arms the timer, replacing an earlier deadline. */
  void arm(long delayMillis);

  /** Disarms the timer; its task will not run. */
  void cancel();

  boolean armed();
}
