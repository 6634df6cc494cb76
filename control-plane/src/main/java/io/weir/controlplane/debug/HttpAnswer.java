package io.weir.controlplane.debug;

import java.nio.charset.StandardCharsets;

/** An answer with status 200 unless told otherwise. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HttpAnswer(int status, String contentType, byte[] body) {

  HttpAnswer(int status, String contentType, String body) {
    this(status, contentType, body.getBytes(StandardCharsets.UTF_8));
  }

  static HttpAnswer json(String body) {
    return new HttpAnswer(200, "application/json", body);
  }

  static HttpAnswer text(String body) {
    return new HttpAnswer(200, "text/plain; charset=utf-8", body);
  }
}
