package io.weir.lua.api;

/** Bytes of a message that a script may read and replace. */
public interface Body {
  long length();

  byte[] read(long index, int length);

  void replace(byte[] bytes);
}
