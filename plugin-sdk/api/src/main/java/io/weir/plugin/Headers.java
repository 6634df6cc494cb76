package io.weir.plugin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Headers or trailers. Names are lower-case; values are UTF-8 on the wire, malformed bytes are read
 * as U+FFFD.
 */
public interface Headers {

  /** The first value of a name, or null. */
  @Nullable String first(String name);

  /** All values of a name, in order. */
  List<String> all(String name);

  /** Sets a name to one value, whatever it had. */
  void set(String name, String value);

  /** Adds a value. */
  void add(String name, String value);

  /** Removes all values of a name. */
  void remove(String name);

  /** All entries in order; a copy. */
  List<Entry> entries();

  /** One name and value. */
  record Entry(String name, String value) {}
}
