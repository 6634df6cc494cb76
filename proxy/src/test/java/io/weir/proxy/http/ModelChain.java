package io.weir.proxy.http;

import io.weir.proxy.http.FilterScript.Action;
import io.weir.proxy.http.FilterScript.Kind;
import io.weir.proxy.http.FilterScript.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of filter iteration, written down as briefly as they can be executed: a message is
 * passed from filter to filter, each keeps what it does not let go. Strings for bytes, recursion
 * for iteration.
 */
final class ModelChain implements ChainUnderTest {
  private final FilterScript script;
  private final int n;
  private final int limit;
  private final List<String> log = new ArrayList<>();
  private final Way decode;
  private final Way encode;
  private boolean ended;
  private boolean replied;
  private boolean informationalHeld;
  private boolean informationalRunning;
  private int preparedReply;

  ModelChain(FilterScript script, int filters, int limit) {
    this.script = script;
    this.n = filters;
    this.limit = limit;
    this.decode = new Way(true);
    this.encode = new Way(false);
  }

  /** A filter that took the end away and must give one. */
  record Owed(int filter, boolean decode) {}

  final List<Owed> owed = new ArrayList<>();

  private enum Stop {
    NONE,
    SINGLE,
    ALL,
    ALL_STREAMING
  }

  private static final class Stage {
    Stop stop = Stop.NONE;
    boolean passed;
    boolean end;
    boolean sawEnd;
    boolean arrived;
    boolean trailersWait;
    boolean bodyEnds;
    String kept;
    final int[] calls = new int[Kind.values().length];
  }

  /** One direction. */
  private final class Way {
    final boolean decode;
    final Stage[] stages = new Stage[n];
    boolean headers;
    boolean trailers;
    boolean over;
    boolean sent;
    boolean streaming;
    boolean slowed;
    int depth;

    Way(boolean decode) {
      this.decode = decode;
      for (int i = 0; i < n; i++) {
        stages[i] = new Stage();
      }
    }

    int id(int stage) {
      return decode ? stage : n - 1 - stage;
    }

    boolean over() {
      return over || ended;
    }

    boolean terminal(int i) {
      return decode && i == n - 1;
    }

    // ---- frames arrive at a stage

    void headers(int i, boolean end) {
      if (over()) {
        return;
      }
      if (i == n) {
        passedHeaders(end);
        return;
      }
      Stage s = stages[i];
      s.end = end;
      s.sawEnd = end;
      s.arrived = true;
      s.stop = Stop.NONE;
      Verdict verdict = call(i, Kind.HEADERS, "", end).verdict();
      settle();
      if (over()) {
        return;
      }
      if (end) {
        complete(i);
      }
      switch (verdict) {
        case STOP, NO_BUFFER -> s.stop = Stop.SINGLE;
        case STOP_ALL -> s.stop = Stop.ALL;
        case STOP_ALL_STREAMING -> s.stop = Stop.ALL_STREAMING;
        default -> {
          if (verdict == Verdict.DONT_END) {
            owed.add(new Owed(id(i), decode));
          }
          s.passed = true;
          s.bodyEnds = end;
          headers(i + 1, end && s.kept == null && verdict != Verdict.DONT_END);
          if (s.kept != null && s.stop == Stop.NONE && !over()) {
            data(i + 1, take(s), s.bodyEnds);
          }
        }
      }
    }

    void data(int i, String bytes, boolean end) {
      if (over()) {
        return;
      }
      if (i == n) {
        passedData(bytes, end);
        return;
      }
      Stage s = stages[i];
      s.end = end;
      if (s.stop == Stop.ALL || s.stop == Stop.ALL_STREAMING) {
        streaming = s.stop == Stop.ALL_STREAMING;
        keep(s, bytes);
        return;
      }
      boolean before = trailers;
      Action action = call(i, Kind.DATA, bytes, end);
      if (end && !ended) {
        complete(i);
      }
      settle();
      if (over()) {
        return;
      }
      String left = (action.clear() ? "" : bytes) + action.suffix();
      s.trailersWait = trailers && !before;
      switch (action.verdict()) {
        case GO -> {
          if (s.stop != Stop.NONE) {
            keep(s, left);
            resume(i);
          } else {
            String all = s.kept == null ? left : take(s) + left;
            boolean added = s.trailersWait;
            s.trailersWait = false;
            data(i + 1, all, end && !added);
            if (added) {
              trailers(i + 1);
            }
          }
        }
        case NO_BUFFER -> {
          s.stop = Stop.SINGLE;
          if (end && s.kept == null) {
            s.kept = "";
          }
        }
        default -> {
          s.stop = Stop.SINGLE;
          streaming = action.verdict() == Verdict.STREAM;
          keep(s, left);
        }
      }
    }

    void trailers(int i) {
      if (over()) {
        return;
      }
      if (i == n) {
        wire("trailers end");
        return;
      }
      Stage s = stages[i];
      s.end = true;
      if (s.stop == Stop.ALL || s.stop == Stop.ALL_STREAMING) {
        s.trailersWait = true;
        return;
      }
      Verdict verdict = call(i, Kind.TRAILERS, "", true).verdict();
      if (!ended) {
        complete(i);
      }
      settle();
      if (over()) {
        return;
      }
      if (verdict == Verdict.GO && s.stop == Stop.NONE) {
        trailers(i + 1);
        return;
      }
      s.trailersWait = true;
      if (verdict == Verdict.GO) {
        resume(i);
      } else {
        s.stop = Stop.SINGLE;
      }
    }

    void resume(int i) {
      Stage s = stages[i];
      if (over() || s.stop == Stop.NONE) {
        return;
      }
      int next = s.stop == Stop.SINGLE || s.sawEnd ? i + 1 : i;
      s.stop = Stop.NONE;
      if (!decode && !s.arrived && informationalHeld && informationalAt == i) {
        informationalHeld = false;
        informational(i + 1);
      }
      if (!s.arrived) {
        return;
      }
      boolean wait = s.trailersWait;
      boolean end = s.end && !wait;
      if (!s.passed) {
        s.passed = true;
        headers(i + 1, end && s.kept == null);
      }
      if (s.kept != null && !over()) {
        data(next, take(s), end);
      }
      if (wait && !over()) {
        s.trailersWait = false;
        trailers(next);
      }
      drained();
    }

    // ---- what is kept

    String take(Stage s) {
      String bytes = s.kept;
      s.kept = null;
      return bytes;
    }

    void keep(Stage s, String bytes) {
      s.kept = s.kept == null ? bytes : s.kept + bytes;
      if (kept() > limit && !slowed) {
        if (streaming) {
          slowed = true;
          slow(true);
        } else {
          reply(decode ? 413 : 500);
        }
      }
    }

    int kept() {
      int bytes = 0;
      for (Stage s : stages) {
        bytes += s.kept == null ? 0 : s.kept.length();
      }
      return bytes;
    }

    void drained() {
      if (slowed && !ended && kept() <= limit / 2) {
        slowed = false;
        slow(false);
      }
    }

    void slow(boolean on) {
      log.add((decode ? "slow request " : "slow response ") + on);
    }

    // ---- callbacks

    Action call(int i, Kind kind, String bytes, boolean end) {
      Stage s = stages[i];
      log.add(
          id(i)
              + (decode ? " decode " : " encode ")
              + kind
              + " "
              + bytes
              + (end && kind != Kind.TRAILERS ? " end" : ""));
      if (terminal(i)) {
        return new Action(Verdict.NO_BUFFER, null, false, false, "", true, 0, false);
      }
      Action action = script.action(id(i), decode, kind, s.calls[kind.ordinal()]++, end);
      depth++;
      Kind outer = running;
      running = kind;
      if (action.add() != null) {
        add(i, action.add(), action.addStreaming());
      }
      if (action.addTrailers() && end && !trailers && !over()) {
        trailers = true;
      }
      if (action.reply() != 0) {
        reply(action.reply());
      }
      if (action.reset()) {
        reset();
      }
      running = outer;
      depth--;
      return action;
    }

    /** A reply made inside a callback goes out when no callback of the request runs any more. */
    void settle() {
      if (depth == 0 && preparedReply != 0 && !ended) {
        int code = preparedReply;
        preparedReply = 0;
        if (!encode.headers) {
          runReply(code);
        }
      }
    }

    Kind running;

    void complete(int i) {
      log.add(id(i) + (decode ? " decode" : " encode") + " complete");
    }

    void add(int i, String bytes, boolean stream) {
      if (over()) {
        return;
      }
      if (running == Kind.TRAILERS && stages[i].stop == Stop.NONE) {
        data(i + 1, bytes, false);
      } else {
        streaming = stream;
        keep(stages[i], bytes);
      }
    }

    void inject(int i, String bytes, boolean end) {
      if (over() || !stages[i].arrived) {
        return;
      }
      if (!stages[i].passed) {
        stages[i].passed = true;
        headers(i + 1, false);
      }
      data(i + 1, bytes, end);
    }

    // ---- the response reaches the wire

    void passedHeaders(boolean end) {
      sent = true;
      wire("headers" + (end ? " end" : ""));
    }

    void passedData(String bytes, boolean end) {
      wire("data " + bytes + (end ? " end" : ""));
    }
  }

  private int informationalAt = -1;

  private void informational(int i) {
    informationalRunning = true;
    if (i == n) {
      informationalRunning = false;
      if (!encode.sent) {
        log.add("wire informational");
      }
      return;
    }
    Verdict verdict = encode.call(i, Kind.INFORMATIONAL, "", false).verdict();
    if (encode.over()) {
      return;
    }
    if (verdict == Verdict.STOP) {
      informationalHeld = true;
      informationalAt = i;
      encode.stages[i].stop = Stop.SINGLE;
    } else {
      informational(i + 1);
    }
  }

  private void wire(String what) {
    log.add("wire " + what);
    if (what.endsWith(" end")) {
      end();
    }
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    for (int i = 0; i < n; i++) {
      log.add(i + " stream complete");
    }
    for (int i = 0; i < n; i++) {
      log.add(i + " destroy");
    }
  }

  private void reset() {
    if (!ended) {
      log.add("wire reset");
      end();
    }
  }

  private void reply(int code) {
    if (ended) {
      return;
    }
    replied = true;
    decode.over = true;
    if (encode.depth > 0) {
      encode.over = true;
    }
    boolean resets = false;
    for (int i = n - 1; i >= 0; i--) {
      log.add(i + " local reply " + code);
      if (i < n - 1) {
        Stage s = decode.stages[i];
        Verdict verdict =
            script
                .action(i, true, Kind.LOCAL_REPLY, s.calls[Kind.LOCAL_REPLY.ordinal()]++, false)
                .verdict();
        resets |= verdict == Verdict.STOP;
      }
    }
    if (resets) {
      reset();
      return;
    }
    boolean begun = encode.headers || informationalRunning && encode.running == Kind.INFORMATIONAL;
    if (!begun) {
      if (decode.depth == 0) {
        runReply(code);
      } else {
        preparedReply = code;
      }
    } else if (!encode.sent) {
      encode.over = true;
      encode.headers = true;
      encode.sent = true;
      wire("headers");
      if (!ended) {
        wire("data reply end");
      }
    } else {
      reset();
    }
  }

  private void runReply(int code) {
    beginResponse(false);
    if (!encode.over()) {
      encode.data(0, "reply", true);
    }
  }

  boolean endArrived(int filter, boolean request) {
    return way(request).stages[stage(filter, request)].end;
  }

  // ---- the driver's side

  @Override
  public List<String> log() {
    return log;
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public void requestHeaders(boolean end) {
    decode.headers = true;
    decode.headers(0, end);
  }

  @Override
  public void requestData(String data, boolean end) {
    decode.data(0, data, end);
  }

  @Override
  public void requestTrailers() {
    decode.trailers = true;
    decode.trailers(0);
  }

  @Override
  public void informational() {
    if (!replied && !encode.over() && !encode.headers && !informationalHeld) {
      informational(0);
    }
  }

  @Override
  public void responseHeaders(boolean end) {
    if (!replied) {
      beginResponse(end);
    }
  }

  private void beginResponse(boolean end) {
    if (!encode.over()) {
      encode.headers = true;
      encode.headers(0, end);
    }
  }

  @Override
  public void responseData(String data, boolean end) {
    if (!replied) {
      encode.data(0, data, end);
    }
  }

  @Override
  public void responseTrailers() {
    if (!replied && !encode.over()) {
      encode.trailers = true;
      encode.trailers(0);
    }
  }

  private Way way(boolean request) {
    return request ? decode : encode;
  }

  private int stage(int filter, boolean request) {
    return request ? filter : n - 1 - filter;
  }

  @Override
  public boolean stopped(int filter, boolean request) {
    return !ended && way(request).stages[stage(filter, request)].stop != Stop.NONE;
  }

  @Override
  public void resume(int filter, boolean request) {
    way(request).resume(stage(filter, request));
  }

  @Override
  public void add(int filter, boolean request, String data, boolean streaming) {
    way(request).add(stage(filter, request), data, streaming);
  }

  @Override
  public void inject(int filter, boolean request, String data, boolean end) {
    way(request).inject(stage(filter, request), data, end);
  }

  @Override
  public void reply(int filter, int code) {
    reply(code);
  }

  @Override
  public void reset(int filter) {
    reset();
  }

  @Override
  public void disconnect() {
    end();
  }
}
