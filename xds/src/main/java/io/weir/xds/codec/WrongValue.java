package io.weir.xds.codec;

import org.jspecify.annotations.Nullable;

/** A value that its field does not take; caught where the field's path is known. */
final class WrongValue extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String reason;
  private final String hint;
  private final String path;
  private final transient @Nullable SourceNode node;

  WrongValue(String reason, String hint) {
    this(null, "", reason, hint);
  }

  /**
   * @param node where it is, when that is below the field
   * @param path what to append to the field's path
   */
  WrongValue(@Nullable SourceNode node, String path, String reason, String hint) {
    super(reason, null, false, false);
    this.reason = reason;
    this.hint = hint;
    this.path = path;
    this.node = node;
  }

  String reason() {
    return reason;
  }

  String hint() {
    return hint;
  }

  String path() {
    return path;
  }

  @Nullable SourceNode node() {
    return node;
  }
}
