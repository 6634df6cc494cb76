package io.weir.xds.codec;

import io.weir.xds.ProblemList;

/** Finds the place in a tree that a field path names, as far as the tree goes. */
public final class SourcePositions implements ProblemList.Locator {

  private static final int[] UNKNOWN = new int[2];

  private final SourceNode root;
  private final String prefix;

  private SourcePositions(SourceNode root, String prefix) {
    this.root = root;
    this.prefix = prefix;
  }

  /** Positions of paths that begin at this node. */
  public static SourcePositions in(SourceNode root) {
    return new SourcePositions(root, "");
  }

  /** Positions of paths that begin with {@code prefix}, which names this node. */
  public static SourcePositions in(SourceNode root, String prefix) {
    return new SourcePositions(root, prefix);
  }

  @Override
  public int[] locate(String path) {
    if (!path.startsWith(prefix)) {
      return UNKNOWN.clone();
    }
    SourceNode node = root;
    int[] position = {root.line(), root.column()};
    for (String step : FieldPath.steps(path.substring(prefix.length()))) {
      SourceNode next = null;
      if (step.startsWith("#") && node instanceof SourceList list) {
        int index = Integer.parseInt(step.substring(1));
        next = index < list.items().size() ? list.items().get(index) : null;
        if (next != null) {
          position = new int[] {next.line(), next.column()};
        }
      } else if (node instanceof SourceMap map) {
        SourceMap.Entry entry = FieldPath.entry(map, step);
        next = entry == null ? null : entry.value();
        if (entry != null) {
          position = new int[] {entry.line(), entry.column()};
        }
      }
      if (next == null) {
        break;
      }
      node = next;
    }
    return position;
  }
}
