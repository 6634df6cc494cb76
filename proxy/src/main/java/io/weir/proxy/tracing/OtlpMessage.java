package io.weir.proxy.tracing;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * {@code ExportTraceServiceRequest} of OTLP, written by its field numbers: requests are traced on
 * workers, where messages are not built.
 */
final class OtlpMessage {
  private static final int KIND_SERVER = 2;
  private static final int KIND_CLIENT = 3;
  private static final int STATUS_ERROR = 2;

  private final Map<String, String> resource;

  OtlpMessage(Map<String, String> resource) {
    this.resource = resource;
  }

  private interface Part {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] bytes(Part part) {
    var bytes = new ByteArrayOutputStream(256);
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      part.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  byte[] encode(List<Span> spans) {
    byte[] scopeSpans =
        bytes(
            out -> {
              for (Span span : spans) {
                out.writeByteArray(2, span(span));
              }
            });
    byte[] resourceSpans =
        bytes(
            out -> {
              out.writeByteArray(1, bytes(inner -> attributes(inner, 1, resource)));
              out.writeByteArray(2, scopeSpans);
            });
    return bytes(out -> out.writeByteArray(1, resourceSpans));
  }

  private static byte[] span(Span span) {
    return bytes(
        out -> {
          out.writeByteArray(1, id(span.traceHigh, span.traceLow));
          out.writeByteArray(2, id(span.id));
          if (!span.traceState.isEmpty()) {
            out.writeString(3, span.traceState);
          }
          if (span.parent != 0) {
            out.writeByteArray(4, id(span.parent));
          }
          out.writeString(5, span.name);
          out.writeEnum(6, span.egress ? KIND_CLIENT : KIND_SERVER);
          out.writeFixed64(7, span.startWallNanos);
          out.writeFixed64(8, span.startWallNanos + span.durationNanos);
          attributes(out, 9, span.tags);
          if (span.failed) {
            out.writeByteArray(15, bytes(status -> status.writeEnum(3, STATUS_ERROR)));
          }
        });
  }

  private static void attributes(CodedOutputStream out, int field, Map<String, String> tags)
      throws IOException {
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      byte[] value = bytes(inner -> inner.writeString(1, tag.getValue()));
      out.writeByteArray(
          field,
          bytes(
              inner -> {
                inner.writeString(1, tag.getKey());
                inner.writeByteArray(2, value);
              }));
    }
  }

  private static byte[] id(long... parts) {
    byte[] bytes = new byte[parts.length * Long.BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (parts[i / Long.BYTES] >>> 56 - 8 * (i % Long.BYTES));
    }
    return bytes;
  }
}
