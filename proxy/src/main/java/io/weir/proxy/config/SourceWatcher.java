package io.weir.proxy.config;

import io.weir.xds.ProblemList;
import io.weir.xds.Resource;
import java.util.List;
import java.util.Set;

/** Receives what a source of resources says about one name or about all names of a type. */
interface SourceWatcher {

  /**
   * @param changed new or changed resources
   * @param removed names of resources that do not exist any more
   * @param problems what is wrong with them; each problem's source names the resource
   * @return the names of the resources that were not taken
   */
  Set<String> onChange(List<Resource> changed, List<String> removed, ProblemList problems);

  /** Nothing came within the initial fetch timeout. */
  default void onInitialFetchTimeout() {}
}
