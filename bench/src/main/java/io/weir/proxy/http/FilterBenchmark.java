package io.weir.proxy.http;

import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A request through connection manager and filters to a terminal filter that answers; what one
 * filter adds is a tenth of the difference between ten and none.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class FilterBenchmark {
  @Param({"0", "10"})
  public int filters;

  private final HcmHarness harness = new HcmHarness();

  @Setup
  public void open() {
    for (int i = 0; i < filters; i++) {
      harness.filter("filter" + i, _ -> new HttpFilter() {});
    }
    harness.terminal(Answer::new).open();
  }

  private record Answer(HttpFilterCallbacks callbacks) implements HttpFilter {
    @Override
    public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
      var response = new HeaderMap(128, 8);
      response.add(HeaderName.STATUS, "200");
      callbacks.encodeHeaders(response, true, "");
      return FilterHeadersStatus.STOP_ITERATION;
    }
  }

  @Benchmark
  public String exchange() {
    harness.send("GET /api/v1/items?id=42 HTTP/1.1\r\nhost: h\r\nuser-agent: bench\r\n\r\n");
    harness.worker.fake.run();
    return harness.receive();
  }
}
