package io.weir.proxy.http.codec;

/**
 * Why a codec refuses a message.
 *
 * @param code the status for a downstream peer
 * @param body the body of that answer
 * @param details {@code %RESPONSE_CODE_DETAILS%}, Envoy's strings
 */
public record CodecError(int code, String body, String details) {
  static final CodecError SYNTAX = badRequest("http1.codec_error");
  static final CodecError INVALID_CHARACTERS = badRequest("http1.invalid_characters");
  static final CodecError INVALID_URL = badRequest("http1.invalid_url");
  static final CodecError INVALID_SCHEME = badRequest("http1.invalid_scheme");

  /** An absolute target asks for TLS where there is none. */
  public static final CodecError HTTPS_IN_PLAINTEXT =
      new CodecError(403, "Forbidden", "http1.https_url_on_plaintext_connection");

  static final CodecError INVALID_AUTHORITY = badRequest("http.invalid_authority");
  static final CodecError CONNECTION_HEADER = badRequest("http1.connection_header_rejected");
  static final CodecError UNDERSCORE = badRequest("http1.unexpected_underscore");
  static final CodecError LENGTH_AND_CHUNKED =
      badRequest("http1.content_length_and_chunked_not_allowed");
  static final CodecError LENGTH_NOT_ALLOWED = badRequest("http1.content_length_not_allowed");
  static final CodecError CHUNKED_NOT_ALLOWED = badRequest("http1.transfer_encoding_not_allowed");
  static final CodecError BODY_DISALLOWED = badRequest("http1.body_disallowed");
  static final CodecError TRANSFER_ENCODING =
      new CodecError(501, "Not Implemented", "http1.invalid_transfer_encoding");
  static final CodecError LOW_VERSION = new CodecError(426, "Upgrade Required", "low_version");

  /** The request's head did not arrive in time. */
  public static final CodecError HEADERS_TIMEOUT =
      new CodecError(408, "request header timeout", "request_header_timeout");

  /** There is no time to read it. */
  public static final CodecError OVERLOAD =
      new CodecError(500, "Internal Server Error", "overload");

  static final CodecError HEADERS_TOO_LARGE = tooLarge("http1.headers_too_large");
  static final CodecError TOO_MANY_HEADERS = tooLarge("http1.too_many_headers");

  private static CodecError badRequest(String details) {
    return new CodecError(400, "Bad Request", details);
  }

  private static CodecError tooLarge(String details) {
    return new CodecError(431, "Request Header Fields Too Large", details);
  }
}
