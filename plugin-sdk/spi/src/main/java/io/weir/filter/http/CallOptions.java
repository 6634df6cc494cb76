package io.weir.filter.http;

/**
 * How a call-out behaves.
 *
 * @param timeoutMillis from the end of the request to the end of the response; 0 for none
 * @param sendXff whether {@code x-forwarded-for} and {@code x-envoy-internal} are added
 * @param bufferLimitBytes how much of a unary response is kept, 0 for the cluster's default
 * @param parent the stream on whose behalf the call is made, or −1
 */
public record CallOptions(long timeoutMillis, boolean sendXff, long bufferLimitBytes, long parent) {
  public static CallOptions timeout(long millis) {
    return new CallOptions(millis, true, 0, -1);
  }
}
