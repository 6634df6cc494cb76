package io.weir.xds.codec;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What Envoy's YAML loader does otherwise than its JSON loader and than xDS: numbers with a
 * fraction or beyond 32 bits become strings where no field says that they are numbers.
 *
 * <p>We do the same in {@code filter_metadata} and {@code filter_context}, where scripts written
 * for Envoy see it, and nowhere else: a plugin's configuration keeps its numbers.
 */
public final class EnvoyYaml {

  private static final Set<String> METADATA =
      Set.of("filter_metadata", "filterMetadata", "filter_context", "filterContext");

  private EnvoyYaml() {}

  /**
   * The tree of a configuration file, unless its name says JSON, with its metadata as Envoy reads
   * it.
   */
  public static SourceNode metadata(SourceNode root, String fileName) {
    return fileName.endsWith(".json") ? root : walk(root);
  }

  private static SourceNode walk(SourceNode node) {
    return switch (node) {
      case SourceScalar scalar -> scalar;
      case SourceList list -> {
        List<SourceNode> items = new ArrayList<>(list.items().size());
        boolean changed = false;
        for (SourceNode item : list.items()) {
          SourceNode walked = walk(item);
          changed |= walked != item;
          items.add(walked);
        }
        yield changed ? new SourceList(items, list.line(), list.column()) : list;
      }
      case SourceMap map -> {
        SourceMap result = map;
        for (SourceMap.Entry entry : map.entries()) {
          SourceNode walked =
              METADATA.contains(entry.key()) ? texts(entry.value()) : walk(entry.value());
          result = walked == entry.value() ? result : result.with(entry.key(), walked);
        }
        yield result;
      }
    };
  }

  private static SourceNode texts(SourceNode node) {
    return switch (node) {
      case SourceScalar scalar ->
          isSmallWhole(scalar)
              ? scalar
              : new SourceScalar(
                  scalar.text(), SourceScalar.Kind.STRING, scalar.line(), scalar.column());
      case SourceList list ->
          new SourceList(
              list.items().stream().map(EnvoyYaml::texts).toList(), list.line(), list.column());
      case SourceMap map -> {
        List<SourceMap.Entry> entries = new ArrayList<>(map.entries().size());
        for (SourceMap.Entry e : map.entries()) {
          entries.add(new SourceMap.Entry(e.key(), texts(e.value()), e.line(), e.column()));
        }
        yield new SourceMap(entries, map.line(), map.column());
      }
    };
  }

  /** Whether a scalar keeps its kind: everything but fractions and numbers beyond 32 bits. */
  private static boolean isSmallWhole(SourceScalar scalar) {
    return switch (scalar.kind()) {
      case STRING, BOOLEAN, NULL -> true;
      case FLOAT -> false;
      case INTEGER -> {
        double value = ScalarEncoding.real(scalar);
        yield new BigDecimal(value).abs().compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0
            || value == Integer.MIN_VALUE;
      }
    };
  }
}
