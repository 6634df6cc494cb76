package io.weir.controlplane.debug;

import io.weir.xds.codec.JsonText;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourceScalar;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plain Java values as JSON. */
final class Json {

  private Json() {}

  /** Maps, collections, texts, numbers, booleans, null and trees. */
  static SourceNode tree(@Nullable Object value) {
    return switch (value) {
      case null -> new SourceScalar("null", SourceScalar.Kind.NULL, 0, 0);
      case SourceNode node -> node;
      case Map<?, ?> map -> {
        List<SourceMap.Entry> entries = new ArrayList<>();
        map.forEach((k, v) -> entries.add(new SourceMap.Entry(k.toString(), tree(v), 0, 0)));
        yield new SourceMap(entries, 0, 0);
      }
      case Collection<?> items -> SourceList.of(items.stream().map(Json::tree).toList());
      case Boolean flag -> new SourceScalar(flag.toString(), SourceScalar.Kind.BOOLEAN, 0, 0);
      case Number number -> new SourceScalar(number.toString(), SourceScalar.Kind.INTEGER, 0, 0);
      default -> SourceScalar.ofString(value.toString());
    };
  }

  static String text(@Nullable Object value) {
    return JsonText.pretty(tree(value)) + "\n";
  }
}
