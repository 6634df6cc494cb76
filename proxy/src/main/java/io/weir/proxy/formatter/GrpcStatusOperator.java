package io.weir.proxy.formatter;

import io.weir.filter.Problems;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * {@code %GRPC_STATUS%}: of gRPC requests only, from trailers, then headers, then the HTTP status.
 */
record GrpcStatusOperator(Form form) implements Operator {
  enum Form {
    CAMEL,
    SNAKE,
    NUMBER
  }

  private static final String[] CAMEL = {
    "OK",
    "Canceled",
    "Unknown",
    "InvalidArgument",
    "DeadlineExceeded",
    "NotFound",
    "AlreadyExists",
    "PermissionDenied",
    "ResourceExhausted",
    "FailedPrecondition",
    "Aborted",
    "OutOfRange",
    "Unimplemented",
    "Internal",
    "Unavailable",
    "DataLoss",
    "Unauthenticated"
  };
  private static final String[] SNAKE = {
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED"
  };
  private static final String GRPC = "application/grpc";

  static @Nullable Operator build(Command command, FormatOptions options, Problems problems) {
    return switch (command.argument()) {
      case "", "CAMEL_STRING" -> new GrpcStatusOperator(Form.CAMEL);
      case "SNAKE_STRING" -> new GrpcStatusOperator(Form.SNAKE);
      case "NUMBER" -> new GrpcStatusOperator(Form.NUMBER);
      default -> command.invalid(problems, "unknown form", "CAMEL_STRING, SNAKE_STRING or NUMBER");
    };
  }

  @Override
  public boolean append(FormatContext context, FormatOutput out) {
    long status = status(context);
    if (status < 0) {
      return false;
    }
    if (form == Form.NUMBER || status >= CAMEL.length) {
      out.append(status);
    } else {
      out.append((form == Form.CAMEL ? CAMEL : SNAKE)[(int) status]);
    }
    return true;
  }

  @Override
  public boolean appendJson(FormatContext context, FormatOutput out) {
    return form == Form.NUMBER ? append(context, out) : Operator.super.appendJson(context, out);
  }

  private static long status(FormatContext context) {
    if (!isGrpc(context.requestHeaders())) {
      return -1;
    }
    long status = status(context.responseTrailers());
    if (status < 0) {
      status = status(context.responseHeaders());
    }
    int code = context.streamInfo().responseCode();
    return status >= 0 || code == 0 ? status : fromHttp(code);
  }

  private static long status(@Nullable HeaderMap headers) {
    int entry = headers == null ? -1 : headers.find(HeaderName.GRPC_STATUS);
    return headers == null || entry < 0 ? -1 : headers.valueAsLong(entry);
  }

  static boolean isGrpc(@Nullable HeaderMap headers) {
    int entry = headers == null ? -1 : headers.find(HeaderName.CONTENT_TYPE);
    if (headers == null || entry < 0 || headers.valueLength(entry) < GRPC.length()) {
      return false;
    }
    int start = headers.valueStart(entry);
    byte[] bytes = headers.bytes();
    for (int i = 0; i < GRPC.length(); i++) {
      if (bytes[start + i] != GRPC.charAt(i)) {
        return false;
      }
    }
    return headers.valueLength(entry) == GRPC.length() || bytes[start + GRPC.length()] == '+';
  }

  private static int fromHttp(int code) {
    return switch (code) {
      case 400 -> 13;
      case 401 -> 16;
      case 403 -> 7;
      case 404 -> 12;
      case 429, 502, 503, 504 -> 14;
      default -> 2;
    };
  }
}
