package io.weir.proxy.formatter;

import io.weir.filter.NodeInfo;
import java.util.Set;

/**
 * How formats are compiled.
 *
 * @param omitEmptyValues whether an operator without a value prints nothing instead of {@code -}
 * @param sortProperties whether JSON members are sorted by name
 * @param extensions names of operators that {@code formatters} added
 */
public record FormatOptions(
    boolean omitEmptyValues, boolean sortProperties, NodeInfo node, Set<String> extensions) {
  private static final NodeInfo NO_NODE =
      new NodeInfo("", "", io.weir.filter.Value.MapValue.EMPTY, NodeInfo.Locality.NONE);

  /** Access logs: an operator without a value prints {@code -}. */
  public static final FormatOptions LOG = new FormatOptions(false, true, NO_NODE, Set.of());

  /** Headers: an operator without a value prints nothing. */
  public static final FormatOptions HEADER = new FormatOptions(true, true, NO_NODE, Set.of());

  public FormatOptions {
    extensions = Set.copyOf(extensions);
  }
}
