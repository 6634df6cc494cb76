package io.weir.xds.codec;

import java.util.List;

/** A sequence. */
public record SourceList(List<SourceNode> items, int line, int column) implements SourceNode {

  public SourceList {
    items = List.copyOf(items);
  }

  public static SourceList of(List<? extends SourceNode> items) {
    return new SourceList(List.copyOf(items), 0, 0);
  }

  @Override
  public String describe() {
    return "a list";
  }
}
