package io.weir.filter.http;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Look-up and edits in a map of twelve headers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class HeaderMapBenchmark {
  private static final HeaderName ABSENT = HeaderName.of("x-not-there");
  private static final HeaderName ADDED = HeaderName.of("x-weir");

  private final HeaderMap headers = new HeaderMap();

  public HeaderMapBenchmark() {
    headers.add(HeaderName.AUTHORITY, "127.0.0.1:8080");
    headers.add(HeaderName.PATH, "/api/v1/items?id=42");
    headers.add(HeaderName.METHOD, "GET");
    headers.add(HeaderName.SCHEME, "http");
    for (String name :
        new String[] {
          "accept", "accept-encoding", "accept-language", "cache-control", "x-tenant", "cookie",
          "x-request-id", "user-agent"
        }) {
      headers.add(name, "Mozilla/5.0 (X11; Linux x86_64) perf/1.0");
    }
  }

  @Benchmark
  public int findLast() {
    return headers.find(HeaderName.USER_AGENT);
  }

  @Benchmark
  public int findAbsent() {
    return headers.find(ABSENT);
  }

  @Benchmark
  public int addAndRemove() {
    HeaderMap map = headers;
    map.add(ADDED, "value");
    int removed = map.remove(ADDED);
    if (map.last() > 200) {
      HeaderMap copy = map.copy();
      map.clear();
      map.addAll(copy);
    }
    return removed;
  }

  @Benchmark
  public int iterate() {
    int bytes = 0;
    for (int e = headers.first(); e >= 0; e = headers.next(e)) {
      bytes += headers.valueLength(e);
    }
    return bytes;
  }

  @Benchmark
  public HeaderMap copy() {
    return headers.copy();
  }
}
