package io.weir.plugin.wasm;

import io.weir.plugin.GrpcReply;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.teavm.runtime.Fiber;

/**
 * The exported callbacks of an HTTP plugin that makes straight-line calls, in place of {@link
 * HttpGuest}'s: they start the plugin's code in a fiber, so that they themselves never wait.
 */
public final class FiberGuest {
  private static final Contexts<GuestTurn> REQUESTS = new Contexts<>();
  private static final Contexts<GuestTurn> RESPONSES = new Contexts<>();
  private static final Set<Integer> TICKING = new HashSet<>();
  private static int accepted;

  private FiberGuest() {}

  public static void onContextCreate(int context, int root) {
    HttpGuest.onContextCreate(context, root);
    if (root != 0) {
      REQUESTS.put(context, new GuestTurn(context, Abi.REQUEST_STREAM));
      RESPONSES.put(context, new GuestTurn(context, Abi.RESPONSE_STREAM));
    }
  }

  public static int onConfigure(int root, int length) {
    accepted = 0;
    run(GuestHttp.NOBODY, () -> accepted = HttpGuest.onConfigure(root, length));
    return accepted;
  }

  public static int onRequestHeaders(int context, int count, int endOfStream) {
    return enter(REQUESTS, context, GuestTurn.HEADERS, count, endOfStream);
  }

  public static int onRequestBody(int context, int length, int endOfStream) {
    return enter(REQUESTS, context, GuestTurn.BODY, length, endOfStream);
  }

  public static int onRequestTrailers(int context, int count) {
    return enter(REQUESTS, context, GuestTurn.TRAILERS, count, 1);
  }

  public static int onResponseHeaders(int context, int count, int endOfStream) {
    return enter(RESPONSES, context, GuestTurn.HEADERS, count, endOfStream);
  }

  public static int onResponseBody(int context, int length, int endOfStream) {
    return enter(RESPONSES, context, GuestTurn.BODY, length, endOfStream);
  }

  public static int onResponseTrailers(int context, int count) {
    return enter(RESPONSES, context, GuestTurn.TRAILERS, count, 1);
  }

  public static void onLog(int context) {
    run(GuestHttp.NOBODY, () -> HttpGuest.onLog(context));
  }

  /** A tick whose predecessor still waits is left out. */
  public static void onTick(int root) {
    if (!TICKING.add(root)) {
      return;
    }
    run(
        root,
        () -> {
          HttpGuest.onTick(root);
          TICKING.remove(root);
        });
  }

  public static void onQueue(int root, int queue) {
    run(root, () -> HttpGuest.onQueue(root, queue));
  }

  public static void onGrpcReceive(int context, int token, int length) {
    grpcReplied(GuestCalls.take(token), GuestGrpc.received(length));
  }

  public static void onGrpcClose(int context, int token, int status) {
    grpcReplied(GuestCalls.take(token), GuestGrpc.closed(status));
  }

  private static void grpcReplied(GuestCalls.@Nullable Waiting waiting, GrpcReply reply) {
    if (waiting instanceof GuestCalls.Straight straight) {
      arrived(straight, reply);
    } else if (waiting instanceof GuestGrpc.Callback callback) {
      run(GuestHttp.NOBODY, () -> HttpGuest.replied(callback, reply));
    }
  }

  private static void arrived(GuestCalls.Straight straight, Object reply) {
    if (Abi.setEffectiveContext(straight.context()) == Abi.OK) {
      int before = GuestHttp.enter(straight.context());
      straight.join().arrived(straight.place(), reply);
      GuestHttp.enter(before);
    }
  }

  public static void onCallReply(
      int context, int token, int headers, int bodyLength, int trailers) {
    GuestCalls.Waiting waiting = GuestCalls.take(token);
    if (waiting == null) {
      return;
    }
    if (waiting instanceof GuestCalls.Straight straight) {
      // Read before the effective context changes: the host shows the reply to the plugin.
      arrived(straight, GuestCalls.keptReply(headers, bodyLength));
    } else if (waiting instanceof GuestCalls.Callback callback) {
      run(GuestHttp.NOBODY, () -> HttpGuest.replied(callback, headers, bodyLength));
    }
  }

  public static void onDelete(int context) {
    for (GuestJoin join : GuestCalls.forget(context)) {
      int before = GuestHttp.enter(GuestHttp.ENDED);
      join.abandon();
      GuestHttp.enter(before);
    }
    REQUESTS.remove(context);
    RESPONSES.remove(context);
    TICKING.remove(context);
    HttpGuest.onDelete(context);
  }

  private static int enter(
      Contexts<GuestTurn> turns, int context, int event, int count, int endOfStream) {
    GuestTurn turn = turns.get(context);
    return turn == null ? HttpGuest.CONTINUE : turn.enter(event, count, endOfStream);
  }

  private static void run(int context, Fiber.FiberRunner code) {
    int before = GuestHttp.enter(context);
    Fiber.start(code, true);
    GuestHttp.enter(before);
  }
}
