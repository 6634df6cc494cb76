package io.weir.lua;

import io.weir.filter.buffer.Buffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The callbacks of one direction of a stream. */
sealed interface MessageSide permits RequestSide, ResponseSide {
  boolean request();

  /** The body buffered so far, or null. */
  @Nullable Buffer buffered();

  void modify(Consumer<Buffer> edit);

  void addData(Buffer data);

  void resume();

  /** Headers of this direction are about to change. */
  void headersChange();
}
