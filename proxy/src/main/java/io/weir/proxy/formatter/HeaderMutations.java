package io.weir.proxy.formatter;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Headers to remove and to add on one level of a route. Immutable. Removals come first; formats see
 * the headers as they were before anything was added; overwriting comes before adding.
 */
public final class HeaderMutations {
  public static final HeaderMutations NONE = new HeaderMutations(List.of(), List.of());

  /** What becomes of a header that exists, or does not. */
  public enum Action {
    APPEND_IF_EXISTS_OR_ADD,
    ADD_IF_ABSENT,
    OVERWRITE_IF_EXISTS_OR_ADD,
    OVERWRITE_IF_EXISTS
  }

  /**
   * One header to add.
   *
   * @param constant the value of a format without operators
   */
  record Addition(
      HeaderName name,
      boolean joins,
      byte @Nullable [] constant,
      @Nullable Formatter format,
      Action action,
      boolean keepEmpty) {}

  private final HeaderName[] removals;
  private final Addition[] additions;
  private final boolean constant;

  HeaderMutations(List<HeaderName> removals, List<Addition> additions) {
    this.removals = removals.toArray(new HeaderName[0]);
    this.additions = additions.toArray(new Addition[0]);
    this.constant = additions.stream().allMatch(addition -> addition.constant != null);
  }

  public boolean isEmpty() {
    return removals.length == 0 && additions.length == 0;
  }

  /** Applies everything to {@code headers}. */
  public void apply(HeaderMap headers, FormatContext context) {
    for (HeaderName name : removals) {
      headers.remove(name);
    }
    if (additions.length == 0) {
      return;
    }
    byte[] @Nullable [] values = constant ? null : values(context);
    int[] pending = new int[additions.length];
    int added = 0;
    for (int i = 0; i < additions.length; i++) {
      Addition addition = additions[i];
      byte[] value = values == null ? addition.constant : values[i];
      if (value == null || value.length == 0 && !addition.keepEmpty) {
        continue;
      }
      switch (addition.action) {
        case APPEND_IF_EXISTS_OR_ADD -> pending[added++] = i;
        case ADD_IF_ABSENT -> {
          if (!headers.contains(addition.name)) {
            pending[added++] = i;
          }
        }
        case OVERWRITE_IF_EXISTS_OR_ADD -> headers.set(addition.name, value, 0, value.length);
        case OVERWRITE_IF_EXISTS -> {
          if (headers.contains(addition.name)) {
            headers.set(addition.name, value, 0, value.length);
          }
        }
      }
    }
    for (int p = 0; p < added; p++) {
      Addition addition = additions[pending[p]];
      byte[] value = values == null ? addition.constant : values[pending[p]];
      if (value != null) {
        InlineHeaders.add(headers, addition.name, addition.joins, value, 0, value.length);
      }
    }
  }

  private byte[][] values(FormatContext context) {
    var out = new FormatOutput(64);
    byte[][] values = new byte[additions.length][];
    for (int i = 0; i < additions.length; i++) {
      Addition addition = additions[i];
      if (addition.constant != null) {
        values[i] = addition.constant;
      } else if (addition.format != null) {
        out.clear();
        addition.format.format(context, out);
        values[i] = out.toByteArray();
      }
    }
    return values;
  }
}
