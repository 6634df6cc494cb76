package io.weir.proxy.http;

import io.weir.filter.Worker;
import io.weir.filter.WorkerLocal;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The {@code date} of responses, formatted once a second per worker. */
final class DateHeader {
  static final WorkerLocal<DateHeader> LOCAL = new WorkerLocal<>(worker -> new DateHeader());

  private static final long NANOS = 1_000_000_000L;
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", java.util.Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private long second = -1;
  private byte[] text = {};

  void add(HeaderMap headers, Worker worker) {
    long now = worker.wallNanos() / NANOS;
    if (now != second) {
      second = now;
      text = FORMAT.format(Instant.ofEpochSecond(now)).getBytes(StandardCharsets.US_ASCII);
    }
    headers.add(HeaderName.DATE, text, 0, text.length);
  }
}
