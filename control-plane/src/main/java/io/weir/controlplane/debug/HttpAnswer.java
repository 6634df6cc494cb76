package io.weir.controlplane.debug;

/** An answer with status 200 unless told otherwise. */
record HttpAnswer(int status, String contentType, String body) {

  static HttpAnswer json(String body) {
    return new HttpAnswer(200, "application/json", body);
  }

  static HttpAnswer text(String body) {
    return new HttpAnswer(200, "text/plain; charset=utf-8", body);
  }
}
