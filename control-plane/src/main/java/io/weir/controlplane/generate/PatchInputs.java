package io.weir.controlplane.generate;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the patches of a proxy depend on, beside the resources.
 *
 * @param patches a filter that is read anew has new ones
 * @param servicePorts behind the ports of a gateway
 */
record PatchInputs(List<SameObject> patches, Map<Integer, Set<Integer>> servicePorts) {

  static final PatchInputs NONE = new PatchInputs(List.of(), Map.of());
}
