package io.weir.proxy.filter.statefulsession;

import io.weir.filter.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/** What one client's request says about its host, and how the client learns of it. */
interface SessionState {

  /** The host that the request asks for, {@code ip:port}; null when it asks for none. */
  @Nullable String address();

  /**
   * Tells the client of the host that answered.
   *
   * @param host {@code ip:port}
   */
  void tell(String host, HeaderMap response);

  /** Reads requests. Immutable. */
  @FunctionalInterface
  interface Reader {
    /** Null when the request takes no part in sessions. */
    @Nullable SessionState read(HeaderMap request, long wallMillis);
  }
}
