package io.weir.proxy.http;

import java.util.List;

/**
 * A filter chain as the driver sees it: the model, or the real one. Filter {@code n-1} is terminal.
 */
interface ChainUnderTest {
  /** All that happened: callbacks with what they saw, and what reached the wire. */
  List<String> log();

  boolean ended();

  void requestHeaders(boolean end);

  void requestData(String data, boolean end);

  void requestTrailers();

  void informational();

  void responseHeaders(boolean end);

  void responseData(String data, boolean end);

  void responseTrailers();

  /** Whether the filter is stopped in that direction. */
  boolean stopped(int filter, boolean decode);

  void resume(int filter, boolean decode);

  void add(int filter, boolean decode, String data, boolean streaming);

  void inject(int filter, boolean decode, String data, boolean end);

  void reply(int filter, int code);

  void reset(int filter);

  void disconnect();
}
