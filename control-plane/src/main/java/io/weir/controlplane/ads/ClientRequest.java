package io.weir.controlplane.ads;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request of either protocol.
 *
 * @param names of the state-of-the-world protocol: all that the client wants
 * @param error why the response with the nonce was refused, else null
 */
record ClientRequest(
    String typeUrl,
    String nonce,
    @Nullable String error,
    List<String> names,
    List<String> subscribe,
    List<String> unsubscribe,
    Map<String, String> initialVersions) {

  static ClientRequest of(DeltaDiscoveryRequest request) {
    return new ClientRequest(
        request.getTypeUrl(),
        request.getResponseNonce(),
        request.hasErrorDetail() ? request.getErrorDetail().getMessage() : null,
        List.of(),
        request.getResourceNamesSubscribeList(),
        request.getResourceNamesUnsubscribeList(),
        request.getInitialResourceVersionsMap());
  }

  static ClientRequest of(DiscoveryRequest request) {
    return new ClientRequest(
        request.getTypeUrl(),
        request.getResponseNonce(),
        request.hasErrorDetail() ? request.getErrorDetail().getMessage() : null,
        request.getResourceNamesList(),
        List.of(),
        List.of(),
        Map.of());
  }
}
