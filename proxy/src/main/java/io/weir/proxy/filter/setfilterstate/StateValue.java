package io.weir.proxy.filter.setfilterstate;

import io.envoyproxy.envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue;
import io.envoyproxy.envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue.SharedWithUpstream;
import io.weir.filter.FactoryContext;
import io.weir.filter.FilterState.LifeSpan;
import io.weir.filter.StreamInfo;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.FormatOutput;
import io.weir.proxy.formatter.Formatter;
import io.weir.proxy.formatter.FormatterLoader;
import io.weir.proxy.network.TextState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A compiled {@code FilterStateValue}: a text that is formatted and kept under a key. */
public record StateValue(
    String key, Formatter format, boolean readOnly, boolean shared, boolean skipIfEmpty) {

  /**
   * Compiles all.
   *
   * @return those that are good
   */
  public static List<StateValue> load(
      List<FilterStateValue> values, FactoryContext context, String field) {
    var loaded = new ArrayList<StateValue>();
    for (int i = 0; i < values.size(); i++) {
      StateValue value = load(values.get(i), context, field + "[" + i + "]");
      if (value != null) {
        loaded.add(value);
      }
    }
    return loaded;
  }

  private static @Nullable StateValue load(
      FilterStateValue value, FactoryContext context, String path) {
    Formatter format =
        FormatterLoader.forBody(value.getFormatString(), context, path + ".format_string");
    return format == null
        ? null
        : new StateValue(
            value.getObjectKey(),
            format,
            value.getReadOnly(),
            value.getSharedWithUpstream() != SharedWithUpstream.NONE,
            value.getSkipIfEmpty());
  }

  /** Formats the text and stores it. */
  public void apply(StreamInfo streamInfo, LifeSpan lifeSpan) {
    var out = new FormatOutput();
    format.format(FormatContext.ofStream(null, null, streamInfo), out);
    if (out.length() > 0 || !skipIfEmpty) {
      streamInfo.filterState().set(key, new TextState(out.toString()), readOnly, lifeSpan, shared);
    }
  }
}
