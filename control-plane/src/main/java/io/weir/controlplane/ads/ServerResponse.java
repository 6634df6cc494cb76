package io.weir.controlplane.ads;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import java.util.List;

/**
 * A response of either protocol.
 *
 * @param removed of the incremental protocol
 * @param version of the whole set, for the state-of-the-world protocol
 */
record ServerResponse(
    ResourceType type,
    String nonce,
    String version,
    List<Resource> resources,
    List<String> removed) {

  DeltaDiscoveryResponse toDelta() {
    DeltaDiscoveryResponse.Builder response =
        DeltaDiscoveryResponse.newBuilder()
            .setTypeUrl(type.typeUrl())
            .setNonce(nonce)
            .setSystemVersionInfo(version)
            .addAllRemovedResources(removed);
    for (Resource resource : resources) {
      response.addResources(
          io.envoyproxy.envoy.service.discovery.v3.Resource.newBuilder()
              .setName(resource.name())
              .setVersion(resource.version())
              .setResource(resource.body()));
    }
    return response.build();
  }

  DiscoveryResponse toStateOfTheWorld() {
    List<Any> bodies = resources.stream().map(Resource::body).toList();
    return DiscoveryResponse.newBuilder()
        .setTypeUrl(type.typeUrl())
        .setNonce(nonce)
        .setVersionInfo(version)
        .addAllResources(bodies)
        .build();
  }
}
