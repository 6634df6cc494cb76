package io.weir.xds.codec;

/**
 * A piece of a YAML or JSON document that remembers where it was written. Lines and columns count
 * from 1; 0 means that the node was not read from a text.
 */
public sealed interface SourceNode permits SourceScalar, SourceList, SourceMap {

  int line();

  int column();

  /** What a reader of messages would call this: {@code a list}, {@code the number 5}. */
  String describe();
}
