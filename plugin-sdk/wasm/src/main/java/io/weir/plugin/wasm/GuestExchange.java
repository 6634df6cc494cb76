package io.weir.plugin.wasm;

import io.weir.plugin.Action;
import io.weir.plugin.Call;
import io.weir.plugin.CallReply;
import io.weir.plugin.GrpcCall;
import io.weir.plugin.GrpcReply;
import io.weir.plugin.Headers;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
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
  private final int root;
  private final HttpPlugin plugin;
  private @Nullable Object state;
  private @Nullable FrozenHeaders goneRequest;
  private @Nullable FrozenHeaders goneResponse;
  private boolean replied;
  // Whether the response is none of the plugin's business: the plugin failed, or replaced it.
  private boolean quiet;
  private boolean responseBegun;
  // A pause may end while its callback still runs.
  private boolean requestRuns;
  private boolean requestResumed;
  private boolean requestPaused;
  private boolean responseRuns;
  private boolean responseResumed;
  private boolean responsePaused;

  /**
   * @param context the host's number of the stream
   */
  GuestExchange(int context, int root, HttpPlugin plugin) {
    this.context = context;
    this.root = root;
    this.plugin = plugin;
  }

  HttpPlugin plugin() {
    return plugin;
  }

  /** A callback of the request begins. */
  GuestExchange enterRequest() {
    requestRuns = true;
    requestResumed = false;
    return this;
  }

  /** A callback of the response begins. */
  GuestExchange enterResponse() {
    responseRuns = true;
    responseBegun = true;
    responseResumed = false;
    return this;
  }

  /** A callback of the request has ended; a pause that ended before is none. */
  Action settledRequest(Action action) {
    requestRuns = false;
    requestPaused = action == Action.PAUSE && (!requestResumed || replied);
    return requestPaused ? Action.PAUSE : Action.CONTINUE;
  }

  /** A callback of the response has ended. */
  Action settledResponse(Action action) {
    responseRuns = false;
    responsePaused = action == Action.PAUSE && (!responseResumed || replied);
    return responsePaused ? Action.PAUSE : Action.CONTINUE;
  }

  /** The request's headers go on; keeps what they are. */
  void freezeRequestHeaders() {
    goneRequest = new FrozenHeaders(REQUEST.entries());
  }

  /** The response's headers go on; keeps what they are. */
  void freezeResponseHeaders() {
    goneResponse = new FrozenHeaders(RESPONSE.entries());
  }

  boolean replied() {
    return replied;
  }

  /** Whether callbacks of a direction are of no use any more. */
  boolean over(int stream) {
    return quiet || replied && stream == Abi.REQUEST_STREAM;
  }

  /** Whether no callback is of use any more. */
  boolean quiet() {
    return quiet;
  }

  /** The plugin failed. */
  void quieten() {
    quiet = true;
  }

  /** Whether the exchange goes on without the plugin, which failed. */
  boolean failsOpen() {
    return FailurePolicy.open(root);
  }

  /** Lets go what the plugin holds. */
  void release() {
    if (requestPaused) {
      requestPaused = false;
      Abi.continueStream(Abi.REQUEST_STREAM);
    }
    if (responsePaused) {
      responsePaused = false;
      Abi.continueStream(Abi.RESPONSE_STREAM);
    }
  }

  @Override
  public Headers requestHeaders() {
    return goneRequest == null ? REQUEST : goneRequest;
  }

  @Override
  public Headers requestTrailers() {
    return REQUEST_TRAILERS;
  }

  @Override
  public Headers responseHeaders() {
    return goneResponse == null ? RESPONSE : goneResponse;
  }

  @Override
  public Headers responseTrailers() {
    return RESPONSE_TRAILERS;
  }

  @Override
  public Action reply(int status, String body, String... headers) {
    replied = true;
    quiet |= responseBegun;
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
  public void grpc(GrpcCall call, Consumer<GrpcReply> then) {
    GuestGrpc.send(context, call, then);
  }

  @Override
  public void resumeRequest() {
    if (requestRuns) {
      requestResumed = true;
    } else {
      requestPaused = false;
      Abi.continueStream(Abi.REQUEST_STREAM);
    }
  }

  @Override
  public void resumeResponse() {
    if (responseRuns) {
      responseResumed = true;
    } else {
      responsePaused = false;
      Abi.continueStream(Abi.RESPONSE_STREAM);
    }
  }

  @Override
  public @Nullable String attribute(String... path) {
    return GuestProperties.get(path);
  }

  @Override
  public void setAttribute(String name, String value) {
    GuestProperties.set(name, value);
  }

  @Override
  public boolean setMetadata(String namespace, String key, String value) {
    return GuestProperties.setMetadata(namespace, key, value);
  }

  @Override
  public void clearRouteCache() {
    GuestProperties.clearRouteCache();
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
