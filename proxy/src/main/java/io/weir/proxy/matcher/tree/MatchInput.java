package io.weir.proxy.matcher.tree;

import io.weir.filter.Value;
import org.jspecify.annotations.Nullable;

/** Takes one piece of text out of a context. Immutable. */
@FunctionalInterface
public interface MatchInput {

  /** The text, or null when there is none. */
  @Nullable String get(MatchContext context);

  /** Whether it is a part of the response, so that there is none before that. */
  default boolean ofResponse() {
    return false;
  }

  /** The value, for matchers that look into structured data; a text is a string value. */
  default @Nullable Value value(MatchContext context) {
    String text = get(context);
    return text == null ? null : Value.of(text);
  }
}
