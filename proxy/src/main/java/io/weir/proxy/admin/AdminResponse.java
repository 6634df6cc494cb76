package io.weir.proxy.admin;

import java.nio.charset.StandardCharsets;

/** An answer of the administration interface. */
record AdminResponse(int status, String contentType, byte[] body) {
  static final String TEXT = "text/plain; charset=UTF-8";
  static final String JSON = "application/json";
  static final String HTML = "text/html; charset=UTF-8";

  static AdminResponse text(String body) {
    return text(200, body);
  }

  static AdminResponse text(int status, String body) {
    return new AdminResponse(status, TEXT, body.getBytes(StandardCharsets.UTF_8));
  }

  /** An error whose text Envoy labels without a character set. */
  static AdminResponse plain(int status, String body) {
    return new AdminResponse(status, "text/plain", body.getBytes(StandardCharsets.UTF_8));
  }

  static AdminResponse json(String body) {
    return new AdminResponse(200, JSON, body.getBytes(StandardCharsets.UTF_8));
  }

  static AdminResponse html(String body) {
    return new AdminResponse(200, HTML, body.getBytes(StandardCharsets.UTF_8));
  }
}
