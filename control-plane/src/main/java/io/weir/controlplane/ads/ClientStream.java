package io.weir.controlplane.ads;

import io.grpc.Status;

/** The writing half of a stream. Any thread may ask whether it is ready; one thread writes. */
interface ClientStream {

  /** Whether a message would be sent without piling up. */
  boolean isReady();

  void send(ServerResponse response);

  /** Asks for the client's next message. */
  void requestNext();

  void close(Status status);
}
