package io.weir.proxy.worker;

/**
 * A per-worker object with the number of streams that use it. After {@link #retire} it is closed as
 * soon as the last of them has ended. Used on one worker's thread only.
 *
 * @param <T> the object, for instance a filter's configuration on a worker
 */
public final class Lease<T extends AutoCloseable> {
  private final T value;
  private final Runnable closed;
  private int users;
  private boolean retired;

  /**
   * @param closed called after {@code value} was closed; may be used to tell the control thread
   */
  public Lease(T value, Runnable closed) {
    this.value = value;
    this.closed = closed;
  }

  public T value() {
    return value;
  }

  public void acquire() {
    users++;
  }

  public void release() {
    users--;
    closeIfUnused();
  }

  /** No new user will come. */
  public void retire() {
    if (!retired) {
      retired = true;
      closeIfUnused();
    }
  }

  private void closeIfUnused() {
    if (retired && users == 0) {
      users = -1;
      try {
        value.close();
      } catch (Exception e) {
        throw new IllegalStateException("closing " + value, e);
      } finally {
        closed.run();
      }
    }
  }
}
