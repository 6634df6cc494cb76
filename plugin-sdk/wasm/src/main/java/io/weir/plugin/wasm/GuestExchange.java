package io.weir.plugin.wasm;

import io.weir.plugin.Action;
import io.weir.plugin.Headers;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.Log;
import org.jspecify.annotations.Nullable;
import org.teavm.interop.Address;

/** One HTTP stream context. The host knows which one is meant by the callback that runs. */
final class GuestExchange implements HttpExchange {
  private static final GuestHeaders REQUEST = new GuestHeaders(Abi.REQUEST_HEADERS);
  private static final GuestHeaders REQUEST_TRAILERS = new GuestHeaders(Abi.REQUEST_TRAILERS);
  private static final GuestHeaders RESPONSE = new GuestHeaders(Abi.RESPONSE_HEADERS);
  private static final GuestHeaders RESPONSE_TRAILERS = new GuestHeaders(Abi.RESPONSE_TRAILERS);
  private static final byte[] NO_DETAILS = new byte[1];

  private @Nullable Object state;

  @Override
  public Headers requestHeaders() {
    return REQUEST;
  }

  @Override
  public Headers requestTrailers() {
    return REQUEST_TRAILERS;
  }

  @Override
  public Headers responseHeaders() {
    return RESPONSE;
  }

  @Override
  public Headers responseTrailers() {
    return RESPONSE_TRAILERS;
  }

  @Override
  public Action reply(int status, String body, String... headers) {
    byte[] bytes = Bytes.encode(body);
    byte[] pairs = GuestHeaders.serialise(headers);
    Abi.sendLocalResponse(
        status,
        Address.ofData(NO_DETAILS),
        0,
        Address.ofData(bytes),
        bytes.length,
        Address.ofData(pairs),
        headers.length == 0 ? 0 : pairs.length,
        -1);
    Address.pin(bytes);
    Address.pin(pairs);
    return Action.PAUSE;
  }

  @Override
  public void resumeRequest() {
    Abi.continueStream(Abi.REQUEST_STREAM);
  }

  @Override
  public void resumeResponse() {
    Abi.continueStream(Abi.RESPONSE_STREAM);
  }

  @Override
  public @Nullable String attribute(String... path) {
    return GuestProperties.get(path);
  }

  @Override
  public @Nullable Object state() {
    return state;
  }

  @Override
  public void setState(@Nullable Object state) {
    this.state = state;
  }

  @Override
  public Log log() {
    return GuestLog.INSTANCE;
  }
}
