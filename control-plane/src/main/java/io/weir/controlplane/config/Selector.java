package io.weir.controlplane.config;

import java.util.Map;

/** Labels that a workload must carry, all of them. Both spellings of the field are accepted. */
public record Selector(Map<String, String> matchLabels, Map<String, String> labels) {

  /** The labels, whichever field they were written in. */
  public Map<String, String> required() {
    return matchLabels.isEmpty() ? labels : matchLabels;
  }

  /** Whether a workload with these labels is selected. */
  public boolean selects(Map<String, String> workloadLabels) {
    return workloadLabels.entrySet().containsAll(required().entrySet());
  }
}
