package io.weir.filter;

/** A worker's recorder of a histogram. Used on that worker only. */
public interface Histogram {
  void record(long value);
}
