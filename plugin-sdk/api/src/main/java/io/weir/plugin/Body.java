package io.weir.plugin;

/** Bytes of a body or connection. Valid during the callback that received it. */
public interface Body {

  /** Bytes. */
  int length();

  /** A copy of all bytes. */
  byte[] bytes();

  /** All bytes as UTF-8 text. */
  String text();

  /** Puts other bytes in place of all. */
  void replace(byte[] bytes);

  /** Puts UTF-8 text in place of all. */
  void replace(String text);
}
