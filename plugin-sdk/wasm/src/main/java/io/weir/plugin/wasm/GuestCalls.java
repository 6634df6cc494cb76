package io.weir.plugin.wasm;

import io.weir.plugin.Call;
import io.weir.plugin.CallReply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.teavm.interop.Address;

/** HTTP calls under way, by the token that the host gave each. */
final class GuestCalls {
  static final CallReply NONE = new Reply(0, 0);
  private static final GuestHeaders RESPONSE = new GuestHeaders(Abi.CALL_RESPONSE_HEADERS);
  private static final byte[] TOKEN = new byte[4];
  private static final byte[] NO_TRAILERS = new byte[4];
  private static final Map<Integer, Waiting> WAITING = new HashMap<>();

  /** Who waits for a reply. */
  interface Waiting {
    /** The stream or root context on whose behalf the call was made. */
    int context();
  }

  /** A function. */
  record Callback(int context, Consumer<CallReply> then) implements Waiting {}

  /** Code that stands still, for one of several replies. */
  record Straight(GuestJoin join, int place) implements Waiting {
    @Override
    public int context() {
      return join.context();
    }
  }

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
          : Bytes.decode(GuestBody.read(Abi.CALL_RESPONSE_BODY, 0, bodyLength));
    }
  }

  private GuestCalls() {}

  static void send(int context, Call call, Consumer<CallReply> then) {
    if (!send(call, new Callback(context, then))) {
      then.accept(NONE);
    }
  }

  /** Sends a request; false when the host refuses, so that nobody will be called. */
  static boolean send(Call call, Waiting waiting) {
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
    if (status != Abi.OK) {
      return false;
    }
    wait(Address.ofData(TOKEN).getInt(), waiting);
    return true;
  }

  static void wait(int token, Waiting waiting) {
    WAITING.put(token, waiting);
  }

  /** Who waits for that token; null when its stream has ended. Asked once. */
  static @Nullable Waiting take(int token) {
    return WAITING.remove(token);
  }

  /** The reply that the host shows now; no headers mean that there was none. */
  static CallReply reply(int headers, int bodyLength) {
    String status = headers == 0 ? null : RESPONSE.first(":status");
    return status == null ? NONE : new Reply(Integer.parseInt(status), bodyLength);
  }

  /** The reply that the host shows now, to be kept. */
  static CallReply keptReply(int headers, int bodyLength) {
    CallReply reply = reply(headers, bodyLength);
    return reply.status() == 0
        ? NONE
        : new GuestReply(reply.status(), RESPONSE.entries(), reply.body());
  }

  /** The context has ended: nobody waits any more. Returns the joins that did. */
  static List<GuestJoin> forget(int context) {
    var joins = new ArrayList<GuestJoin>();
    var tokens = new ArrayList<Integer>();
    for (Map.Entry<Integer, Waiting> entry : WAITING.entrySet()) {
      if (entry.getValue().context() == context) {
        tokens.add(entry.getKey());
      }
    }
    for (Integer token : tokens) {
      if (WAITING.remove(token) instanceof Straight straight && !joins.contains(straight.join())) {
        joins.add(straight.join());
      }
    }
    return joins;
  }
}
