package io.weir.controlplane.ads;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.function.Function;

/** A stream over gRPC. Made in the call's start method, where its handlers may be set. */
final class GrpcStream<R> implements ClientStream {

  private final ServerCallStreamObserver<R> call;
  private final Function<ServerResponse, R> encode;

  GrpcStream(ServerCallStreamObserver<R> call, Function<ServerResponse, R> encode) {
    this.call = call;
    this.encode = encode;
    // A client's next message is read when the last one has been dealt with.
    call.disableAutoRequest();
  }

  /** Sends the stream's events to its connection. */
  void tell(ProxyConnection connection) {
    call.setOnReadyHandler(() -> connection.post(new ConnectionEvent.Writable()));
    call.setOnCancelHandler(() -> connection.post(new ConnectionEvent.Closed()));
  }

  @Override
  public boolean isReady() {
    return call.isReady();
  }

  @Override
  public void send(ServerResponse response) {
    call.onNext(encode.apply(response));
  }

  @Override
  public void requestNext() {
    call.request(1);
  }

  @Override
  public void close(Status status) {
    call.onError(status.asRuntimeException());
  }
}
