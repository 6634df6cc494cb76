package io.weir.filter;

/** An HTTP version, with the text that logs and properties show. */
public enum Protocol {
  HTTP_10("HTTP/1.0"),
  HTTP_11("HTTP/1.1"),
  HTTP_2("HTTP/2");

  private final String text;

  Protocol(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
