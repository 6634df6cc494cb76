package io.weir.proxy.http;

import java.util.SplittableRandom;

/**
 * What scripted filters do, as a function of the run's seed: the model and the real filter manager
 * ask the same questions and get the same answers.
 *
 * @param seed of the run
 */
record FilterScript(long seed) {
  /** Kinds of callback. */
  enum Kind {
    HEADERS,
    DATA,
    TRAILERS,
    INFORMATIONAL,
    LOCAL_REPLY
  }

  /** What a callback returns, in terms of the model. */
  enum Verdict {
    GO,
    STOP,
    STOP_ALL,
    STOP_ALL_STREAMING,
    DONT_END,
    BUFFER,
    STREAM,
    NO_BUFFER
  }

  /**
   * What a filter does in one callback, in this order.
   *
   * @param add bytes added to the body, null for none
   * @param addStreaming with which limit rule
   * @param addTrailers only when the call may
   * @param suffix appended to the data that the callback was given
   * @param clear whether that data is taken away first
   * @param reply status of a local reply, 0 for none
   */
  record Action(
      Verdict verdict,
      String add,
      boolean addStreaming,
      boolean addTrailers,
      String suffix,
      boolean clear,
      int reply,
      boolean reset) {}

  Action action(int filter, boolean decode, Kind kind, int ordinal, boolean end) {
    var random =
        new SplittableRandom(
            seed * 1_000_003
                + filter * 8_191L
                + (decode ? 1 : 0) * 131_071L
                + kind.ordinal() * 524_287L
                + ordinal * 2_147_483L);
    int chance = random.nextInt(100);
    boolean replies = random.nextInt(100) < 3;
    boolean resets = random.nextInt(200) < 1;
    boolean adds = random.nextInt(100) < 10;
    String letters = "abcdefgh".substring(0, 1 + random.nextInt(4));
    boolean streaming = random.nextBoolean();
    boolean trailers = end && random.nextInt(100) < 12;
    boolean edits = random.nextInt(100) < 10;
    boolean clears = random.nextInt(100) < 6;
    Verdict verdict =
        switch (kind) {
          case HEADERS ->
              chance < 55
                  ? Verdict.GO
                  : chance < 72
                      ? Verdict.STOP
                      : chance < 84
                          ? Verdict.STOP_ALL
                          : chance < 94
                              ? Verdict.STOP_ALL_STREAMING
                              : end && !adds ? Verdict.DONT_END : Verdict.GO;
          case DATA ->
              chance < 55
                  ? Verdict.GO
                  : chance < 75 ? Verdict.BUFFER : chance < 90 ? Verdict.STREAM : Verdict.NO_BUFFER;
          case TRAILERS -> chance < 65 ? Verdict.GO : Verdict.STOP;
          case INFORMATIONAL -> chance < 70 ? Verdict.GO : Verdict.STOP;
          case LOCAL_REPLY -> chance < 97 ? Verdict.GO : Verdict.STOP;
        };
    boolean body = kind == Kind.HEADERS || kind == Kind.DATA || kind == Kind.TRAILERS;
    return new Action(
        verdict,
        adds && body ? letters : null,
        streaming,
        trailers && kind == Kind.DATA,
        edits && kind == Kind.DATA ? "+" : "",
        clears && kind == Kind.DATA,
        replies && kind != Kind.LOCAL_REPLY ? 400 + filter : 0,
        resets && kind != Kind.LOCAL_REPLY);
  }
}
