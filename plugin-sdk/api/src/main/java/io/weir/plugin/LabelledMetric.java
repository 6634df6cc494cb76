package io.weir.plugin;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Metrics of one kind that differ in the values of their labels. Proxies know names only, so that
 * each is {@code name.label.value.label.value}; make it a label again with {@code stats_tags}.
 */
public final class LabelledMetric {
  private static final int MAX_VALUES = 1_000;
  private final String name;
  private final String[] labels;
  private final Function<String, Metric> maker;
  private final Map<String, Metric> made = new HashMap<>();

  LabelledMetric(String name, String[] labels, Function<String, Metric> maker) {
    this.name = name;
    this.labels = labels.clone();
    this.maker = maker;
  }

  /**
   * The metric with those values, one a label, in the order of the labels. What is neither a letter
   * nor a digit nor {@code -} becomes {@code _}. Values are to be few: after 1,000 different ones
   * all others are counted under {@code other}.
   */
  public Metric of(String... values) {
    if (values.length != labels.length) {
      throw new IllegalArgumentException(name + " has " + labels.length + " labels");
    }
    String key = key(values);
    Metric metric = made.get(key);
    if (metric == null) {
      if (made.size() >= MAX_VALUES) {
        String[] other = new String[values.length];
        java.util.Arrays.fill(other, "other");
        key = key(other);
        metric = made.get(key);
      }
      if (metric == null) {
        metric = maker.apply(key);
        made.put(key, metric);
      }
    }
    return metric;
  }

  private String key(String[] values) {
    var key = new StringBuilder(name);
    for (int i = 0; i < values.length; i++) {
      key.append('.').append(labels[i]).append('.');
      for (int j = 0; j < values[i].length(); j++) {
        char c = values[i].charAt(j);
        boolean plain =
            c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-';
        key.append(plain ? c : '_');
      }
    }
    return key.toString();
  }
}
