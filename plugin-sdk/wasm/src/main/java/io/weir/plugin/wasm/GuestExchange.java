package io.weir.plugin.wasm;

import io.weir.plugin.Action;
import io.weir.plugin.Call;
import io.weir.plugin.CallReply;
import io.weir.plugin.Headers;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.Log;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.teavm.interop.Address;

/** One HTTP stream context. The host knows which one is meant by the callback that runs. */
final class GuestExchange implements HttpExchange {
  private static final GuestHeaders REQUEST = new GuestHeaders(Abi.REQUEST_HEADERS);
  private static final GuestHeaders REQUEST_TRAILERS = new GuestHeaders(Abi.REQUEST_TRAILERS);
  private static final GuestHeaders RESPONSE = new GuestHeaders(Abi.RESPONSE_HEADERS);
  private static final GuestHeaders RESPONSE_TRAILERS = new GuestHeaders(Abi.RESPONSE_TRAILERS);
  private static final byte[] NO_DETAILS = new byte[1];

  private final int context;
  private @Nullable Object state;
  // A reply to a call may come while the callback that sent it still runs.
  private boolean inCallback;
  private boolean resumed;

  /**
   * @param context the host's number of the stream
   */
  GuestExchange(int context) {
    this.context = context;
  }

  /** A callback begins. */
  GuestExchange enter() {
    inCallback = true;
    resumed = false;
    return this;
  }

  /** A callback has ended; a pause that ended before is none. */
  Action settled(Action action) {
    inCallback = false;
    return action == Action.PAUSE && resumed ? Action.CONTINUE : action;
  }

  /** A callback was left by an exception. */
  void failed() {
    inCallback = false;
  }

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
    resumed = false;
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
  public void call(Call call, Consumer<CallReply> then) {
    GuestCalls.send(context, call, then);
  }

  @Override
  public void resumeRequest() {
    if (inCallback) {
      resumed = true;
    } else {
      Abi.continueStream(Abi.REQUEST_STREAM);
    }
  }

  @Override
  public void resumeResponse() {
    if (inCallback) {
      resumed = true;
    } else {
      Abi.continueStream(Abi.RESPONSE_STREAM);
    }
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
