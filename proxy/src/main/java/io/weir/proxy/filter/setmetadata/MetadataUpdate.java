package io.weir.proxy.filter.setmetadata;

import io.weir.filter.Value;
import io.weir.filter.Value.ListValue;
import io.weir.filter.Value.MapValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/** Envoy's {@code StructUtil::update}: maps merge, lists grow, all else is replaced. */
final class MetadataUpdate {
  private MetadataUpdate() {}

  static MapValue of(MapValue old, MapValue with) {
    var fields = new LinkedHashMap<>(old.fields());
    with.fields().forEach((key, value) -> fields.merge(key, value, MetadataUpdate::of));
    return new MapValue(fields);
  }

  private static Value of(Value old, Value with) {
    return switch (with) {
      case MapValue map when old instanceof MapValue before -> of(before, map);
      case ListValue list when old instanceof ListValue before -> {
        var items = new ArrayList<>(before.values());
        items.addAll(list.values());
        yield new ListValue(items);
      }
      default -> with;
    };
  }
}
