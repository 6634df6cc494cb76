package io.weir.plugin;

import org.jspecify.annotations.Nullable;

/** One TCP connection. Valid until {@link NetworkPlugin#onClose} returns; one thread. */
public interface Connection {

  /** Goes on after a paused callback. */
  void resumeDownstream();

  /** Closes the connection; what was written before goes out. */
  void close();

  /** An attribute of the connection as text; see {@link HttpExchange#attribute}. */
  @Nullable String attribute(String... path);

  @Nullable Object state();

  void setState(@Nullable Object state);

  Log log();
}
