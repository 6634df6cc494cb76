package io.weir.proxy.filter.setfilterstate;

import io.envoyproxy.envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue;
import io.envoyproxy.envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue.SharedWithUpstream;
import io.weir.filter.FactoryContext;
import io.weir.filter.FilterState.LifeSpan;
import io.weir.filter.FilterStateText;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.FormatOutput;
import io.weir.proxy.formatter.Formatter;
import io.weir.proxy.formatter.FormatterLoader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled {@code FilterStateValue}: a text that is formatted, made into an object by a factory
 * and kept under a key.
 *
 * @param factory one that {@link FilterStateText#known} knows
 */
public record StateValue(
    String key,
    String factory,
    Formatter format,
    boolean readOnly,
    boolean shared,
    boolean skipIfEmpty) {

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
    String factory = value.getFactoryKey().isEmpty() ? value.getObjectKey() : value.getFactoryKey();
    boolean known = FilterStateText.known(factory);
    if (!known) {
      context
          .problems()
          .add(
              path + (value.getFactoryKey().isEmpty() ? ".object_key" : ".factory_key"),
              "'" + factory + "' does not have an object factory",
              "set factory_key, envoy.string for a text");
    }
    return format == null || !known
        ? null
        : new StateValue(
            value.getObjectKey(),
            factory,
            format,
            value.getReadOnly(),
            value.getSharedWithUpstream() != SharedWithUpstream.NONE,
            value.getSkipIfEmpty());
  }

  /** Formats the text and stores it, unless the factory refuses it. */
  public void apply(FormatContext context, LifeSpan lifeSpan) {
    var out = new FormatOutput();
    format.format(context, out);
    if (out.length() == 0 && skipIfEmpty) {
      return;
    }
    FilterStateText object = FilterStateText.make(factory, out.toString());
    if (object != null) {
      context.streamInfo().filterState().set(key, object, readOnly, lifeSpan, shared);
    }
  }
}
