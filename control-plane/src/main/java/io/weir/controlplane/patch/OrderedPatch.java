package io.weir.controlplane.patch;

/**
 * A patch that is for a certain proxy, in its place among all of them.
 *
 * @param order over all EnvoyFilters of the proxy, from 0
 */
record OrderedPatch(EnvoyFilter filter, Patch patch, int order, Trace trace) {

  Operation operation() {
    return patch.effective();
  }

  /** {@code namespace/name configPatches[2]}. */
  String id() {
    return filter.id() + " configPatches[" + patch.index() + "]";
  }
}
