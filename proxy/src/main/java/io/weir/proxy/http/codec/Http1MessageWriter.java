package io.weir.proxy.http.codec;

import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.http.codec.Http1Settings.HeaderCase;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes the messages of one side of an HTTP/1 connection. The framing on the wire is decided here
 * and kept to, whatever filters did to bodies or headers: a body that does not fit the length that
 * was announced ends the connection instead of reaching the peer as the next message. A request's
 * body that is longer is cut there, since the upstream of an Envoy reads no more of it either, but
 * the rest does not reach the wire. Reused for each message.
 */
final class Http1MessageWriter {
  private static final byte[] HTTP_10 = "HTTP/1.0 ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HTTP_11 = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] REQUEST_END = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HOST = "host: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PROPER_HOST = "Host: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST_CHUNK_WITH_TRAILERS =
      "0\r\n".getBytes(StandardCharsets.US_ASCII);

  private enum Framing {
    /** No body may follow. */
    NONE,
    LENGTH,
    CHUNKED,
    /** As it comes: until the connection closes, or after an upgrade. */
    RAW
  }

  private final Worker worker;
  private final CodecSink sink;
  private final HeaderCase headerCase;
  private final NettyBuffer out;
  private final byte[] size = new byte[18];

  private WireBytes wire = WireBytes.NONE;
  private Framing framing = Framing.NONE;
  private long remaining;
  private boolean toHead;
  private boolean toConnect;
  private boolean http10;

  /** Whether what is longer than announced is dropped without a word. */
  private boolean cutsBodies;

  Http1MessageWriter(Worker worker, CodecSink sink, HeaderCase headerCase) {
    this.worker = worker;
    this.sink = sink;
    this.headerCase = headerCase;
    this.out = (NettyBuffer) worker.newBuffer();
  }

  /** What is known of the request before its response is written. */
  void startMessage(boolean toHead, boolean toConnect, boolean http10) {
    this.toHead = toHead;
    this.toConnect = toConnect;
    this.http10 = http10;
    cutsBodies = false;
    framing = Framing.NONE;
  }

  /** Counts what is written from now on. */
  void countIn(WireBytes counts) {
    wire = counts;
  }

  /** The head is written from there on: its fields, and the empty line. */
  private void finish(HeadWriter head, int fieldsStart) {
    wire.sentFields(head.length() - fieldsStart);
    head.crlf();
    wire.sent(head.length());
    head.finish(out);
    sink.write(out);
  }

  boolean acceptsUpgrade(HeaderMap headers) {
    int status = Http1ServerCodec.status(headers);
    return status == 101 || toConnect && status >= 200 && status < 300;
  }

  // ---- heads

  void informational(HeaderMap headers) {
    HeadWriter head = worker.local(HeadWriter.LOCAL);
    head.start();
    statusLine(head, Http1ServerCodec.status(headers), null);
    int fieldsStart = head.length();
    fields(head, headers, false);
    finish(head, fieldsStart);
  }

  void response(HeaderMap headers, boolean endStream) {
    int status = Http1ServerCodec.status(headers);
    HeadWriter head = worker.local(HeadWriter.LOCAL);
    head.start();
    statusLine(head, status, headers.reasonPhrase());
    int fieldsStart = head.length();
    boolean noFraming = status < 200 || status == 204 || toConnect && status < 300;
    boolean bodiless = toHead || status == 304;
    long length = noFraming ? -1 : announcedLength(headers);
    if (endStream && length > 0 && !bodiless) {
      // A filter took the body away and left its length.
      length = -1;
    }
    fields(head, headers, length >= 0);
    if (status == 101 || toConnect && status >= 200 && status < 300) {
      framing = Framing.RAW;
    } else if (noFraming) {
      framing = Framing.NONE;
    } else if (length >= 0) {
      framing = bodiless ? Framing.NONE : Framing.LENGTH;
      remaining = length;
    } else if (endStream && !toHead) {
      if (status != 304) {
        head.bytes(lengthZero());
      }
      framing = Framing.NONE;
    } else if (http10) {
      framing = toHead ? Framing.NONE : Framing.RAW;
    } else if (status == 304) {
      framing = Framing.NONE;
    } else {
      head.bytes(chunked());
      framing = toHead ? Framing.NONE : Framing.CHUNKED;
    }
    finish(head, fieldsStart);
  }

  private void statusLine(HeadWriter head, int status, @Nullable String reason) {
    if (!http10 && reason == null && status >= 0 && status < 600) {
      head.bytes(Reasons.statusLine(status));
      return;
    }
    head.bytes(http10 ? HTTP_10 : HTTP_11);
    head.decimal(status);
    head.text(" ");
    head.line(reason == null ? Reasons.text(status) : reason);
  }

  /**
   * Writes a request's head.
   *
   * @return null, or what is wrong with the headers; nothing was written then
   */
  @Nullable String request(HeaderMap headers, boolean endStream) {
    int method = headers.find(HeaderName.METHOD);
    int path = headers.find(HeaderName.PATH);
    int authority = headers.find(HeaderName.AUTHORITY);
    if (method < 0) {
      return "missing required header: :method";
    }
    boolean connect = headers.valueEquals(method, "CONNECT");
    if (connect ? authority < 0 : path < 0) {
      return connect ? "missing required header: :authority" : "missing required header: :path";
    }
    for (int e = headers.first(); e >= 0; e = headers.next(e)) {
      if (!pseudo(headers, e) && !Fields.validName(headers, e)) {
        return "invalid header name: " + headers.name(e);
      }
      if (!Fields.sendableValue(headers, e)) {
        return "invalid header value for: " + headers.name(e);
      }
    }
    int target = connect ? authority : path;
    if (!word(headers, method) || !word(headers, target)) {
      return "invalid request line";
    }
    toConnect = connect;
    cutsBodies = true;
    HeadWriter head = worker.local(HeadWriter.LOCAL);
    head.start();
    byte[] text = headers.bytes();
    head.range(text, headers.valueStart(method), headers.valueLength(method));
    head.text(" ");
    head.range(text, headers.valueStart(target), headers.valueLength(target));
    head.bytes(REQUEST_END);
    int fieldsStart = head.length();
    if (authority >= 0) {
      head.bytes(headerCase == HeaderCase.PROPER ? PROPER_HOST : HOST);
      head.range(text, headers.valueStart(authority), headers.valueLength(authority));
      head.crlf();
    }
    boolean upgrade = !endStream && headers.contains(HeaderName.UPGRADE);
    long length = connect || upgrade ? -1 : announcedLength(headers);
    if (endStream && length > 0) {
      length = -1;
    }
    fields(head, headers, length >= 0);
    if (connect || upgrade) {
      framing = Framing.RAW;
    } else if (length >= 0) {
      framing = Framing.LENGTH;
      remaining = length;
    } else if (endStream) {
      if (!Methods.bodiless(text, headers.valueStart(method), headers.valueLength(method))) {
        head.bytes(lengthZero());
      }
      framing = Framing.NONE;
    } else {
      head.bytes(chunked());
      framing = Framing.CHUNKED;
    }
    finish(head, fieldsStart);
    return null;
  }

  private byte[] lengthZero() {
    return headerCase == HeaderCase.PROPER
        ? HeadWriter.PROPER_CONTENT_LENGTH_ZERO
        : HeadWriter.CONTENT_LENGTH_ZERO;
  }

  private byte[] chunked() {
    return headerCase == HeaderCase.PROPER ? HeadWriter.PROPER_CHUNKED : HeadWriter.CHUNKED;
  }

  /** The one valid content-length, −1 when there is none or it is not a number. */
  private static long announcedLength(HeaderMap headers) {
    int entry = headers.find(HeaderName.CONTENT_LENGTH);
    if (entry < 0 || headers.find(HeaderName.CONTENT_LENGTH, entry) >= 0) {
      return -1;
    }
    return headers.valueAsLong(entry);
  }

  /** Writes all but pseudo-headers and framing, which only the codec decides. */
  private void fields(HeadWriter head, HeaderMap headers, boolean withLength) {
    for (int e = headers.first(); e >= 0; e = headers.next(e)) {
      int id = headers.nameId(e);
      if (id >= 0
          && (pseudo(headers, e)
              || id == HeaderName.HOST.id()
              || id == HeaderName.TRANSFER_ENCODING.id()
              || id == HeaderName.CONTENT_LENGTH.id() && !withLength)) {
        continue;
      }
      if (!Fields.validName(headers, e)) {
        continue;
      }
      if (!Fields.validValue(headers, e)) {
        Fields.repairValue(headers, e);
      }
      head.field(headers, e, headerCase);
    }
  }

  private static boolean pseudo(HeaderMap headers, int entry) {
    return headers.nameLength(entry) > 0 && headers.bytes()[headers.nameStart(entry)] == ':';
  }

  private static boolean word(HeaderMap headers, int entry) {
    byte[] text = headers.bytes();
    int start = headers.valueStart(entry);
    int end = start + headers.valueLength(entry);
    for (int i = start; i < end; i++) {
      if (text[i] >= 0 && text[i] <= ' ' || text[i] == 0x7f) {
        return false;
      }
    }
    return end > start;
  }

  // ---- bodies

  /**
   * Takes all of {@code data}.
   *
   * @return false when the body is longer or shorter than announced: the connection must go
   */
  boolean data(Buffer data, boolean endStream) {
    long length = data.length();
    switch (framing) {
      case NONE -> {
        data.drain(length);
        return true;
      }
      case RAW -> {
        if (length > 0) {
          wire.sent(length);
          sink.write(data);
        }
        return true;
      }
      case LENGTH -> {
        boolean fits = length <= remaining;
        if (!fits) {
          data.moveTo(out, remaining);
          data.drain(data.length());
          remaining = 0;
          if (out.length() > 0) {
            wire.sent(out.length());
            sink.write(out);
          }
          return cutsBodies;
        }
        remaining -= length;
        if (length > 0) {
          wire.sent(length);
          sink.write(data);
        }
        return !endStream || remaining == 0;
      }
      case CHUNKED -> {
        if (length > 0) {
          chunkSize(length);
          data.moveTo(out);
          out.append(CRLF);
        }
        if (endStream) {
          out.append(LAST_CHUNK);
          framing = Framing.NONE;
        }
        if (out.length() > 0) {
          wire.sent(out.length());
          sink.write(out);
        }
        return true;
      }
    }
    throw new IllegalStateException();
  }

  /**
   * @return false when the body is shorter than announced
   */
  boolean trailers(HeaderMap trailers, boolean enabled) {
    if (framing != Framing.CHUNKED) {
      return framing != Framing.LENGTH || remaining == 0;
    }
    if (enabled && !trailers.isEmpty()) {
      HeadWriter head = worker.local(HeadWriter.LOCAL);
      head.start();
      head.bytes(LAST_CHUNK_WITH_TRAILERS);
      int fieldsStart = head.length();
      fields(head, trailers, false);
      wire.sentFields(head.length() - fieldsStart);
      head.crlf();
      head.finish(out);
    } else {
      out.append(LAST_CHUNK);
    }
    framing = Framing.NONE;
    wire.sent(out.length());
    sink.write(out);
    return true;
  }

  private void chunkSize(long length) {
    int at = size.length;
    size[--at] = '\n';
    size[--at] = '\r';
    long rest = length;
    do {
      int digit = (int) (rest & 15);
      size[--at] = (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
      rest >>>= 4;
    } while (rest != 0);
    out.append(size, at, size.length - at);
  }

  void release() {
    out.release();
  }
}
