package io.weir.plugin;

import org.jspecify.annotations.Nullable;

/** The answer to a {@link Call}; valid until the function that was given it returns. */
public interface CallReply {

  /** The status of the response; 0 when there was none: no such cluster, no answer in time. */
  int status();

  /** The first value of a response header, or null. */
  @Nullable String header(String name);

  /** The response's body as text. */
  String body();
}
