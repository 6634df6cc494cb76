package io.weir.wasm;

/** Where a plugin stands, in words. */
enum Place {
  HTTP_FILTER("http filter"),
  ROUTE("http filter of a route"),
  NETWORK_FILTER("network filter"),
  ACCESS_LOG("access log"),
  SERVICE("service");

  private final String text;

  Place(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
