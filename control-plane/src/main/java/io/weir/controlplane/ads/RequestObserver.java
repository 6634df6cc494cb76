package io.weir.controlplane.ads;

import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/** The reading half of a stream: posts what it reads. */
final class RequestObserver<Q> implements StreamObserver<Q> {

  private final ProxyConnection connection;
  private final Function<Q, ConnectionEvent> decode;

  RequestObserver(ProxyConnection connection, Function<Q, ConnectionEvent> decode) {
    this.connection = connection;
    this.decode = decode;
  }

  @Override
  public void onNext(Q request) {
    connection.post(decode.apply(request));
  }

  @Override
  public void onError(Throwable error) {
    connection.post(new ConnectionEvent.Closed());
  }

  @Override
  public void onCompleted() {
    connection.post(new ConnectionEvent.Closed());
  }
}
