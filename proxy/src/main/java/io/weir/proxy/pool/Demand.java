package io.weir.proxy.pool;

/** What streams want of connections, and what there is for them; summed up over pools. */
public final class Demand {
  private long pending;
  private long active;
  private long room;

  /**
   * Adds what one pool has.
   *
   * @param waiting streams without a connection
   * @param running streams on connections
   * @param free streams that connections, and those that are being made, have room for
   */
  void add(long waiting, long running, long free) {
    pending += waiting;
    active += running;
    room += free;
  }

  /** Whether the room falls short of {@code ratio} times the streams, {@code coming} more. */
  public boolean exceedsRoom(double ratio, int coming) {
    return (pending + coming + active) * ratio > room + active;
  }
}
