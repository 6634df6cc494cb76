package io.weir.controlplane.patch;

import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourceScalar;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads an xDS Node with Istio's metadata. */
final class NodeReader {

  private NodeReader() {}

  static PatchProxy read(SourceMap node, String rootNamespace) {
    SourceMap metadata = node.get("metadata") instanceof SourceMap map ? map : SourceMap.empty();
    Map<String, Object> values = new LinkedHashMap<>();
    for (SourceMap.Entry entry : metadata.entries()) {
      values.put(entry.key(), value(entry.value()));
    }
    Map<String, String> labels = new LinkedHashMap<>();
    if (metadata.get("LABELS") instanceof SourceMap map) {
      for (SourceMap.Entry entry : map.entries()) {
        if (entry.value() instanceof SourceScalar scalar) {
          labels.put(entry.key(), scalar.text());
        }
      }
    }
    String namespace = metadata.text("NAMESPACE");
    return new PatchProxy(
        namespace == null ? namespaceOf(node.text("id")) : namespace,
        rootNamespace,
        labels,
        values,
        Map.of());
  }

  private static Object value(SourceNode node) {
    return node instanceof SourceScalar scalar && scalar.isString()
        ? scalar.text()
        : node instanceof SourceScalar other
            ? new Unmatchable(other.text())
            : new Unmatchable(node.describe());
  }

  /** {@code sidecar~ip~name.namespace~domain}. */
  private static String namespaceOf(@org.jspecify.annotations.Nullable String id) {
    String[] parts = id == null ? new String[0] : id.split("~", -1);
    if (parts.length != 4) {
      return "";
    }
    return parts[2].substring(parts[2].lastIndexOf('.') + 1);
  }

  /** A value that is no string and so can never be matched. */
  private record Unmatchable(String text) {
    @Override
    public String toString() {
      return text;
    }
  }
}
