package io.weir.plugin.wasm;

import io.weir.plugin.Call;
import io.weir.plugin.CallReply;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.teavm.interop.Address;

/** HTTP calls under way, by the token that the host gave each. */
final class GuestCalls {
  private static final GuestHeaders RESPONSE = new GuestHeaders(Abi.CALL_RESPONSE_HEADERS);
  private static final byte[] TOKEN = new byte[4];
  private static final byte[] NO_TRAILERS = new byte[4];
  private static final CallReply NONE = new Reply(0, 0);

  private static final Map<Integer, Waiting> WAITING = new HashMap<>();

  private record Waiting(int context, Consumer<CallReply> then) {}

  /** A response as the host shows it while the callback runs. */
  private record Reply(int status, int bodyLength) implements CallReply {
    @Override
    public @Nullable String header(String name) {
      return status == 0 ? null : RESPONSE.first(name);
    }

    @Override
    public String body() {
      return bodyLength == 0
          ? ""
          : Bytes.decode(GuestBody.read(Abi.CALL_RESPONSE_BODY, bodyLength));
    }
  }

  private GuestCalls() {}

  static void send(int context, Call call, Consumer<CallReply> then) {
    byte[] cluster = Bytes.encode(call.cluster());
    byte[] headers = GuestHeaders.serialise(call.headers());
    byte[] body = Bytes.encode(call.body());
    int status =
        Abi.httpCall(
            Address.ofData(cluster),
            cluster.length,
            Address.ofData(headers),
            headers.length,
            Address.ofData(body),
            body.length,
            Address.ofData(NO_TRAILERS),
            NO_TRAILERS.length,
            call.timeoutMillis(),
            Address.ofData(TOKEN));
    Address.pin(cluster);
    Address.pin(headers);
    Address.pin(body);
    Address.pin(NO_TRAILERS);
    Address.pin(TOKEN);
    if (status == Abi.OK) {
      WAITING.put(Address.ofData(TOKEN).getInt(), new Waiting(context, then));
    } else {
      then.accept(NONE);
    }
  }

  /** {@code proxy_on_http_call_response}: no headers mean that there was no response. */
  static void reply(int token, int headers, int bodyLength) {
    Waiting waiting = WAITING.remove(token);
    if (waiting == null) {
      return;
    }
    String status = headers == 0 ? null : RESPONSE.first(":status");
    // The host answers the plugin; what follows concerns the stream that asked.
    Abi.setEffectiveContext(waiting.context);
    try {
      waiting.then.accept(status == null ? NONE : new Reply(Integer.parseInt(status), bodyLength));
    } catch (Throwable e) {
      HttpGuest.failed(waiting.context, e);
    }
  }

  /** The exchange has ended: nobody waits any more. */
  static void forget(int context) {
    WAITING.values().removeIf(waiting -> waiting.context == context);
  }
}
