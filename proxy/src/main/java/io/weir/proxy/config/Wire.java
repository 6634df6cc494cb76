package io.weir.proxy.config;

import io.weir.xds.ProblemList;

/** One open xDS stream, in either protocol variant. Used on the control thread. */
interface Wire {

  /** Sends what has changed in the subscriptions of a type. */
  void subscribe(TypeState state);

  /**
   * Answers the last response of a type.
   *
   * @param problems when there are any, a rejection that carries them all
   */
  void answer(TypeState state, String nonce, ProblemList problems);

  /** Ends the stream; nothing is received from it any more. */
  void close();

  /** Receives what the server says; any thread. */
  interface Listener {
    void onOpen(Wire wire);

    void onResponse(Wire wire, Runnable handle);

    void onClosed(Wire wire, String reason);
  }
}
