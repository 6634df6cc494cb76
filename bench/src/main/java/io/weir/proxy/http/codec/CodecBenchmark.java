package io.weir.proxy.http.codec;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HeaderStorage;
import io.weir.proxy.buffer.NettyBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One exchange through the server codec: a request's head parsed, a response's head written. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class CodecBenchmark {
  private static final byte[] REQUEST =
      """
      GET /api/v1/items?id=42 HTTP/1.1
      host: 127.0.0.1:8080
      accept: */*
      user-agent: Mozilla/5.0 (X11; Linux x86_64) perf/1.0
      accept-encoding: gzip, br
      accept-language: en-US,en;q=0.9
      cache-control: no-cache
      x-tenant: acme
      cookie: session=0123456789abcdef0123456789abcdef

      """
          .replace("\n", "\r\n")
          .getBytes(StandardCharsets.US_ASCII);

  private final CodecWorker worker = new CodecWorker();
  private final HeaderStorage storage = worker.local(HeaderStorage.LOCAL);
  private final HeaderMap response = new HeaderMap();
  private final Requests requests = new Requests();
  private final Http1ServerCodec codec;
  private @Nullable ResponseEncoder encoder;

  public CodecBenchmark() {
    response.add(HeaderName.STATUS, "200");
    response.add(HeaderName.CONTENT_TYPE, "text/plain");
    response.add(HeaderName.CONTENT_LENGTH, "0");
    response.add(HeaderName.SERVER, "weir");
    response.add(HeaderName.DATE, "Tue, 24 Nov 2026 12:00:00 GMT");
    codec =
        new Http1ServerCodec(
            worker,
            new Sink(),
            given -> {
              encoder = given;
              return requests;
            },
            Http1Settings.DEFAULT);
  }

  private final class Requests implements RequestDecoder {
    @Override
    public void decodeHeaders(HeaderMap headers, boolean endStream) {
      ResponseEncoder to = encoder;
      if (to != null) {
        to.encodeHeaders(response, true);
      }
      storage.release(headers);
    }

    @Override
    public void decodeData(Buffer data, boolean endStream) {}

    @Override
    public void decodeTrailers(HeaderMap trailers) {}

    @Override
    public void sendCodecError(int code, String body, String details) {
      throw new IllegalStateException(details);
    }
  }

  private static final class Sink implements CodecConnection {
    @Override
    public void write(Buffer data) {
      data.clear();
    }

    @Override
    public void readDisable(boolean disable) {}

    @Override
    public void closeAfterReset(String details) {}

    @Override
    public long bufferLimit() {
      return 1 << 20;
    }
  }

  @Benchmark
  public @Nullable String exchange() {
    NettyBuffer buffer = worker.newBuffer();
    buffer.append(REQUEST, 0, REQUEST.length);
    String problem = codec.dispatch(buffer);
    worker.fake.run();
    return problem;
  }
}
