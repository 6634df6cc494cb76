package io.weir.wasm.context;

import io.weir.filter.Value;
import io.weir.wasm.abi.Callback;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one plugin does in one VM: by callback how often it was called, how many host functions it
 * called, how many bytes those copied, and how long it took. Every {@value #SAMPLE}th call of a
 * callback is timed, because two looks at the clock cost as much as a small callback. Used on the
 * VM's worker.
 */
public final class PluginMeter {
  private static final int SAMPLE = 64;
  private static final int BUCKETS = 40;
  private static final Callback[] CALLBACKS = Callback.values();

  private final long[] calls = new long[CALLBACKS.length];
  private final long[] hostCalls = new long[CALLBACKS.length];
  private final long[] bytes = new long[CALLBACKS.length];

  /** Timed calls by the bit length of their nanoseconds. */
  private final long[][] times = new long[CALLBACKS.length][];

  private long pauses;
  private long localReplies;

  /** A callback begins; whether it is to be timed. */
  boolean begin(Callback callback) {
    return calls[callback.ordinal()]++ % SAMPLE == 0;
  }

  void end(Callback callback, long hostCallsMade, long bytesCrossed) {
    hostCalls[callback.ordinal()] += hostCallsMade;
    bytes[callback.ordinal()] += bytesCrossed;
  }

  void time(Callback callback, long nanos) {
    long[] histogram = times[callback.ordinal()];
    if (histogram == null) {
      histogram = new long[BUCKETS];
      times[callback.ordinal()] = histogram;
    }
    int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, nanos));
    histogram[Math.min(bits, BUCKETS - 1)]++;
  }

  void paused() {
    pauses++;
  }

  void localReply() {
    localReplies++;
  }

  /** Calls of all callbacks. */
  public long calls() {
    long sum = 0;
    for (long count : calls) {
      sum += count;
    }
    return sum;
  }

  /** Adds another worker's figures. */
  public void add(PluginMeter other) {
    for (int i = 0; i < CALLBACKS.length; i++) {
      calls[i] += other.calls[i];
      hostCalls[i] += other.hostCalls[i];
      bytes[i] += other.bytes[i];
      long[] theirs = other.times[i];
      if (theirs != null) {
        long[] histogram = times[i] == null ? new long[BUCKETS] : times[i];
        for (int b = 0; b < BUCKETS; b++) {
          histogram[b] += theirs[b];
        }
        times[i] = histogram;
      }
    }
    pauses += other.pauses;
    localReplies += other.localReplies;
  }

  public void describe(Map<String, Value> out) {
    out.put("pauses", Value.of(pauses));
    out.put("local_replies", Value.of(localReplies));
    var callbacks = new LinkedHashMap<String, Value>();
    for (Callback callback : CALLBACKS) {
      if (calls[callback.ordinal()] > 0) {
        callbacks.put(callback.export(), describe(callback.ordinal()));
      }
    }
    out.put("callbacks", new Value.MapValue(callbacks));
  }

  private Value describe(int callback) {
    var fields = new LinkedHashMap<String, Value>();
    fields.put("calls", Value.of(calls[callback]));
    fields.put("host_calls", Value.of(hostCalls[callback]));
    fields.put("bytes", Value.of(bytes[callback]));
    long[] histogram = times[callback];
    if (histogram != null) {
      fields.put("p50_us", Value.of(percentile(histogram, 0.5)));
      fields.put("p99_us", Value.of(percentile(histogram, 0.99)));
    }
    return new Value.MapValue(fields);
  }

  /** Upper bound in microseconds; exact to a factor of two. */
  private static double percentile(long[] histogram, double fraction) {
    long total = 0;
    for (long count : histogram) {
      total += count;
    }
    long wanted = (long) Math.ceil(total * fraction);
    long seen = 0;
    for (int bits = 0; bits < BUCKETS; bits++) {
      seen += histogram[bits];
      if (seen >= wanted) {
        return (1L << bits) / 1000.0;
      }
    }
    return 0;
  }
}
