package io.weir.proxy.http.codec;

/**
 * Options of an HTTP/1 codec: {@code Http1ProtocolOptions} and the limits of {@code
 * HttpProtocolOptions}.
 *
 * @param maxHeaderBytes the most that start line and fields together may take
 * @param maxHeaders the most fields of a head
 * @param trailers whether trailers are passed on; otherwise they are read and dropped
 * @param acceptHttp10 whether HTTP/1.0 requests are served
 * @param defaultHost the host of an HTTP/1.0 request without one
 * @param headerCase how names are written
 * @param underscores what becomes of request fields with an underscore in the name
 * @param absoluteUrls whether an absolute target is taken apart into host and path
 * @param customMethods whether methods beyond the registered ones pass
 */
public record Http1Settings(
    int maxHeaderBytes,
    int maxHeaders,
    boolean trailers,
    boolean acceptHttp10,
    String defaultHost,
    HeaderCase headerCase,
    Underscores underscores,
    boolean absoluteUrls,
    boolean customMethods) {

  /** Envoy's defaults, either side. */
  public static final Http1Settings DEFAULT =
      new Http1Settings(
          60 * 1024, 100, false, false, "", HeaderCase.LOWER, Underscores.ALLOW, true, false);

  /** How field names are written to the peer. */
  public enum HeaderCase {
    LOWER,
    /** The first letter of each word, after anything but letters and digits, in upper case. */
    PROPER,
    /** As received, where the header was received. */
    PRESERVE
  }

  /** {@code headers_with_underscores_action}. */
  public enum Underscores {
    ALLOW,
    REJECT,
    DROP
  }

  public Http1Settings withLimits(int bytes, int headers) {
    return new Http1Settings(
        bytes,
        headers,
        trailers,
        acceptHttp10,
        defaultHost,
        headerCase,
        underscores,
        absoluteUrls,
        customMethods);
  }
}
