package io.weir.filter;

/**
 * Collects what is wrong with a configuration, all of it, before anything is refused. Not
 * thread-safe.
 */
public interface Problems {

  /**
   * Reports one problem.
   *
   * @param path the field's path below the message being loaded, proto field names joined by dots
   *     with list indexes in brackets ({@code default_source_code.inline_string}); empty for the
   *     message itself
   * @param reason what is wrong, with the offending value
   * @param hint what to do about it; may be empty
   */
  void add(String path, String reason, String hint);

  default void add(String path, String reason) {
    add(path, reason, "");
  }

  /** Reports something that is accepted but that its author should know. */
  void warn(String path, String reason, String hint);

  /** The number of problems so far, without warnings. */
  int count();

  default boolean isEmpty() {
    return count() == 0;
  }

  /** A view that puts {@code prefix} in front of every path. */
  Problems at(String prefix);
}
