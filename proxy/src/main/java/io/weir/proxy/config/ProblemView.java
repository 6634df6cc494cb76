package io.weir.proxy.config;

import io.weir.filter.Problems;
import io.weir.xds.ProblemList;

/** A problem list as the SPI shows it to factories. */
record ProblemView(ProblemList list) implements Problems {

  @Override
  public void add(String path, String reason, String hint) {
    list.add(path, reason, hint);
  }

  @Override
  public void warn(String path, String reason, String hint) {
    list.warn(path, reason, hint);
  }

  @Override
  public int count() {
    return list.count();
  }

  @Override
  public Problems at(String prefix) {
    return new ProblemView(list.at(prefix));
  }
}
