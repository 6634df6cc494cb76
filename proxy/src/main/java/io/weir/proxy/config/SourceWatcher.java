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

  /** The source could not be reached, or what it holds could not be read. */
  default void onFailure() {}

  /** A source that tells everything at once was read again; the resource is as it was. */
  default void onSame(String version) {}

  /**
   * A source that tells everything at once has not got the resource.
   *
   * @param version of what it has
   * @param empty whether it has none of this type
   */
  default void onAbsent(String version, boolean empty) {}

  /**
   * Waiting for the first version is over.
   *
   * @param late whether the initial fetch timeout is over; false when it is known that nothing
   *     comes
   */
  default void onInitialFetchTimeout(boolean late) {}
}
