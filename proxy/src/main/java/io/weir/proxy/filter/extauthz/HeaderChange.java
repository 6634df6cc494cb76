package io.weir.proxy.filter.extauthz;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;

/** A header that the service sets or adds. */
record HeaderChange(HeaderName name, String value, Action action) {

  /** What becomes of a header that is there already. */
  enum Action {
    SET,
    ADD,
    ADD_IF_ABSENT,
    /** Joined with the value that is there, and left out when there is none. */
    APPEND,
    SET_IF_PRESENT
  }

  void apply(HeaderMap headers) {
    switch (action) {
      case SET -> headers.set(name, value);
      case ADD -> headers.add(name, value);
      case ADD_IF_ABSENT -> {
        if (!headers.contains(name)) {
          headers.add(name, value);
        }
      }
      case APPEND -> {
        String now = headers.getJoined(name);
        if (now != null) {
          headers.set(name, now + "," + value);
        }
      }
      case SET_IF_PRESENT -> {
        if (headers.contains(name)) {
          headers.set(name, value);
        }
      }
    }
  }

  /** Whether a header of that value can be sent at all. */
  boolean valid() {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\r' || c == '\n' || c == 0) {
        return false;
      }
    }
    return validName(name.toString());
  }

  static boolean validName(String name) {
    int start = name.startsWith(":") ? 1 : 0;
    if (name.length() == start) {
      return false;
    }
    for (int i = start; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c >= 127 || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) {
        return false;
      }
    }
    return true;
  }
}
