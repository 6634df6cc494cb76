package io.weir.lua;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.CallOptions;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpCall;
import io.weir.filter.http.HttpCallListener;
import io.weir.filter.http.StreamResetReason;
import io.weir.lua.api.CallOutcome;
import io.weir.lua.api.HttpCallRequest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A call-out that a script made. */
final class ScriptCall implements HttpCallListener {
  private static final byte[] FAILURE = "upstream failure".getBytes(StandardCharsets.US_ASCII);

  private final LuaStream stream;
  private @Nullable HttpCall call;
  private @Nullable CallOutcome outcome;
  private boolean awaited;
  private boolean cancelled;

  ScriptCall(LuaStream stream) {
    this.stream = stream;
  }

  /**
   * Sends the request.
   *
   * @param wait whether the script will wait for the outcome
   * @return the outcome if it is known at once and waited for
   */
  @Nullable CallOutcome send(LuaFilter filter, HttpCallRequest request, boolean wait) {
    var options =
        new CallOptions(
            request.timeoutMillis(), request.sendXff(), 0, filter.callbacks().streamId());
    HttpCall started =
        filter
            .worker()
            .worker()
            .clusters()
            .call(request.cluster(), request.headers(), request.body(), null, options, this);
    if (!wait) {
      return null;
    }
    if (started == null) {
      return failed();
    }
    call = started;
    awaited = outcome == null;
    return outcome;
  }

  /** What came of the call, once it has ended. */
  CallOutcome outcome() {
    return outcome == null ? failed() : outcome;
  }

  void cancel() {
    cancelled = true;
    if (call != null) {
      call.cancel();
    }
  }

  private static CallOutcome failed() {
    var headers = new HeaderMap();
    headers.add(HeaderName.STATUS, "503");
    return new CallOutcome(headers, FAILURE);
  }

  @Override
  public void onResponse(HeaderMap headers, Buffer body, @Nullable HeaderMap trailers) {
    end(new CallOutcome(headers, body.toByteArray()));
  }

  @Override
  public void onFailure(StreamResetReason reason) {
    end(failed());
  }

  private void end(CallOutcome result) {
    outcome = result;
    if (awaited && !cancelled) {
      awaited = false;
      stream.callEnded();
    }
  }
}
